import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { keepConsole } from "../../tools/vm/testing/evidence.ts";
import { makeTestGuest, type TestGuest } from "../../tools/vm/testing/test-guest.ts";
import { relabel } from "./config-volumes.ts";

// A host that gives the guest a disk without room for a store, and a CONFIG volume with another name.
let guest: TestGuest;
beforeAll(async () => {
  // Partition 9 ends at 88 696 832 sectors (partitions.csv): 1 GiB is left.
  guest = await makeTestGuest("dev", { diskBytes: 88_696_832 * 512 + 2 ** 30 });
});
afterAll(async () => {
  keepConsole(guest.machine);
  await guest.machine.stop();
  fs.rmSync(guest.folder, { recursive: true, force: true });
});

test("a small disk and no CONFIG volume: both are said, and the boot goes on to a login", async () => {
  relabel(path.join(guest.folder, "config.img"), "OTHER");
  await guest.machine.start();
  await guest.machine.waitForConsole(/login: /, 400);
  await guest.machine.waitForConsole(/init-config: no volume with the label CONFIG; there is \/dev\/vdb \(vfat, label 'OTHER'\): this node has no configuration/, 60);
  await guest.machine.waitForConsole(/setup-store: the disk has no room for the store .*: this boot goes on without it, and data stays in \/var/, 120);
  expect(guest.machine.consoleLog()).not.toMatch(/\[FAILED\]|\[DEPEND\]/);
});
