import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { keepConsole } from "../../tools/vm/testing/evidence.ts";
import { makeTestGuest, type TestGuest } from "../../tools/vm/testing/test-guest.ts";
import { relabel } from "./config-volumes.ts";

// A host that gives the guest a disk without room for a store, a CONFIG volume with another name, and a clock from
// long ago. Nobody can log in over SSH: what is known comes from the console.
let guest: TestGuest;
beforeAll(async () => {
  // Partition 9 ends at 88 696 832 sectors (partitions.csv): 1 GiB is left.
  guest = await makeTestGuest("dev", { diskBytes: 88_696_832 * 512 + 2 ** 30, clock: "2000-01-01T00:00:00" });
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

test("the journal says the same, and the node is as well as it can be", async () => {
  await logIn();
  const said = await run("systemctl is-system-running --wait; journalctl -b -q -o cat -u init-config -u setup-store | grep -E 'no volume|no room'; findmnt -no FSTYPE /var; ls /run/config/config.json");
  expect(said).toMatch(/^running$/m);
  expect(said).toMatch(/init-config: no volume with the label CONFIG/);
  expect(said).toMatch(/setup-store: the disk has no room/);
  expect(said).toMatch(/^ext4$/m);
  expect(said).toMatch(/config\.json'?: No such file/);
  // systemd does not let the clock stand before its own making.
  expect(Number(/^year (\d+)$/m.exec(await run("date '+year %Y'"))?.[1])).toBeGreaterThanOrEqual(2024);
});

test("a lost config partition: no key is made, no volume is touched, and a login works", async () => {
  const header = "head -c 16M /dev/vda6 | sha256sum | cut -c 1-64 | sed 's/^/header /'";
  const before = /^header (\w{64})$/m.exec(await run(`sync; ${header}`))?.[1];
  expect(before).toBeDefined();
  await guest.machine.cutPower();
  guest.disk.flipByte("config", 1024 + 56); // s_magic of ext4 (Documentation/filesystems/ext4, "The Super Block").
  await guest.machine.start();
  await guest.machine.waitForConsole(/initrd: the config partition cannot be mounted: this boot has an empty one in memory, and keeps nothing/, 200);
  await guest.machine.waitForConsole(/setup-encryption-key: the config partition is lost, so no key is made/, 200);
  await guest.machine.waitForConsole(/setup-var: there is no key \/boot\/config\/store\.keyfile, so no encrypted volume can be opened/, 200);
  await guest.machine.waitForConsole(/login: /, 400);
  await logIn();
  const after = await run(`systemctl is-system-running --wait; findmnt -no FSTYPE /var; ${header}`);
  expect(after).toMatch(/^degraded$/m);
  expect(after).toMatch(/^tmpfs$/m);
  expect(after).toContain(`header ${before}`);
});

/** Logs in as root on the console. */
async function logIn(): Promise<void> {
  guest.machine.type("root\r");
  await guest.machine.waitForConsole(/Password: $/, 120);
  guest.machine.type("root\r");
  await guest.machine.waitForConsole(/# $/, 120);
}

let runs = 0;

/** Runs a command on the console and gives what it printed. */
async function run(command: string): Promise<string> {
  // The echo of the line that is typed must not look like its answer.
  const [begin, end] = [`<<${++runs}`, `${runs}>>`];
  guest.machine.type(`printf '%s\\n' '<''<${runs}'; (${command}) 2>&1; printf '%s\\n' '${runs}>''>'\r`);
  const [, output = ""] = await guest.machine.waitForConsole(new RegExp(`\\n${begin}\\n([\\s\\S]*?)${end}`), 300);
  return output;
}
