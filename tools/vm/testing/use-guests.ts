import fs from "node:fs";
import { afterAll, beforeAll, test } from "@jest/globals";
import { NotOnFarm } from "../../farm/machine/not-on-farm.ts";
import type { Machine } from "../machine.ts";
import { VirtualNetwork } from "../network/virtual-network.ts";
import { keepConsole } from "./evidence.ts";
import { testConfig } from "./test-config.ts";
import { makeTestGuest, type TestGuest, type TestGuestOptions } from "./test-guest.ts";
import { withEvidence } from "./with-evidence.ts";

/** A guest of several: its image by the name of the `vm_test`, and what is different about it. */
export type GuestWish = { image: string } & Omit<TestGuestOptions, "network" | "name">;

/** What a test gets: the machines by name, and their network. */
export type Guests<Name extends string> = Readonly<Record<Name, Machine>> & { readonly network: VirtualNetwork };

/** Guests that the tests of one file share. */
export interface SharedGuests<Name extends string> {
  /** The machines and their network; there from `beforeAll` on. */
  readonly guests: Guests<Name>;
  /** Like jest's `test`; keeps journal and screen of every guest when it fails. */
  test(name: string, body: (guests: Guests<Name>) => Promise<void>): void;
}

/**
 * Gives the tests of a file several guests on one network: made and handed to `start` before the first test, ended after the last.
 * Each guest has the name it is given here, and the addresses of its place on the network by its configuration.
 *
 *     const cluster = useGuests({ left: { image: "dev" }, right: { image: "dev" } }, async ({ left, right }) => {
 *       await Promise.all([left, right].map((machine) => machine.start()));
 *       await Promise.all([left, right].map((machine) => machine.waitForSsh(400)));
 *     });
 *     cluster.test("they see each other", async ({ left, network }) => {
 *       await left.succeed(`ping -c 1 ${network.place("right").ipv6}`);
 *     });
 */
export function useGuests<Name extends string>(wishes: Readonly<Record<Name, GuestWish>>, start: (guests: Guests<Name>) => Promise<void>): SharedGuests<Name> {
  const made = new Map<Name, TestGuest>();
  let network: VirtualNetwork | undefined;
  const machines = (): Machine[] => [...made.values()].map((guest) => guest.machine);
  const guests = (): Guests<Name> => {
    if (network === undefined) throw new Error("the guests are there only inside tests");
    return { ...(Object.fromEntries([...made].map(([name, guest]) => [name, guest.machine])) as Record<Name, Machine>), network };
  };
  beforeAll(() =>
    withEvidence(machines, async () => {
      if (testConfig().backend === "farm") throw new NotOnFarm(Object.keys(wishes).join(", "), "useGuests()");
      network = new VirtualNetwork();
      for (const name of Object.keys(wishes) as Name[]) {
        const { image, ...options } = wishes[name];
        made.set(name, await makeTestGuest(image, { ...options, name, network: await network.join(name) }));
      }
      await start(guests());
    }),
  );
  afterAll(async () => {
    for (const guest of made.values()) {
      keepConsole(guest.machine);
      await guest.machine.remove();
      fs.rmSync(guest.folder, { recursive: true, force: true });
    }
    network?.close();
  });
  return {
    get guests() {
      return guests();
    },
    test: (name, body) => test(name, () => withEvidence(machines, () => body(guests()))),
  };
}
