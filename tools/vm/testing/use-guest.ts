import fs from "node:fs";
import { afterAll, beforeAll, test } from "@jest/globals";
import type { Machine } from "../machine.ts";
import { keepConsole } from "./evidence.ts";
import type { GuestDisk } from "./guest-disk.ts";
import { makeTestGuest, type TestGuest, type TestGuestOptions } from "./test-guest.ts";
import { withEvidence } from "./with-evidence.ts";

/** A guest that the tests of one file share. */
export interface SharedGuest {
  /** The machine; there from `beforeAll` on. */
  readonly machine: Machine;
  readonly disk: GuestDisk;
  /** Like jest's `test`; keeps journal and screen of the guest when it fails. */
  test(name: string, body: (machine: Machine) => Promise<void>): void;
}

/** Gives the tests of a file a guest: made and handed to `start` before the first one, ended after the last. */
export function useGuest(image: string, start: (machine: Machine, disk: GuestDisk) => Promise<void>, options: TestGuestOptions = {}): SharedGuest {
  let guest: TestGuest | undefined;
  const made = (): TestGuest => {
    if (guest === undefined) throw new Error(`the guest ${image} is there only inside tests`);
    return guest;
  };
  const machines = (): Machine[] => (guest === undefined ? [] : [guest.machine]);
  beforeAll(() =>
    withEvidence(machines, async () => {
      guest = await makeTestGuest(image, options);
      await start(guest.machine, guest.disk);
    }),
  );
  afterAll(async () => {
    if (guest === undefined) return;
    keepConsole(guest.machine);
    await guest.machine.remove();
    fs.rmSync(guest.folder, { recursive: true, force: true });
  });
  return {
    get machine() {
      return made().machine;
    },
    get disk() {
      return made().disk;
    },
    test: (name, body) => test(name, () => withEvidence(machines, () => body(made().machine))),
  };
}
