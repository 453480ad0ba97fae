import fs from "node:fs";
import { expect } from "@jest/globals";
import type { Machine } from "../../tools/vm/machine.ts";
import { useGuest } from "../../tools/vm/testing/use-guest.ts";

// One guest whose first boot is interrupted, and which later loses its key and its LUKS headers. The tests build on each other.

// Each line is said when a step of the first boot begins; the power goes there, and the next boot goes on.
const steps = [/setup-var: making A_var/, /setup-store: making partition 10/, /setup-store: making its file systems/];

const grownBytes = 60 * 2 ** 30;

const guest = useGuest("dev", async (machine, disk) => {
  // A host that gives more room than the image has: the backup of the partition table is not at the disk's end.
  fs.truncateSync(disk.file, grownBytes);
  for (const step of steps) {
    await machine.start();
    await machine.waitForConsole(step, 300);
    await machine.cutPower();
  }
  await machine.start();
  await machine.waitForSsh(400);
});

const key = "/boot/config/store.keyfile";
const headers = "head -c 16M /dev/vda6 | sha256sum; head -c 16M /dev/vda10 | sha256sum";

async function isDegradedBy(machine: Machine, units: readonly string[]): Promise<void> {
  await machine.exec("systemctl is-system-running --wait", { seconds: 300 });
  const failed = (await machine.succeed("systemctl --failed --no-legend --plain")).split("\n").map((line) => line.split(" ")[0]);
  expect(failed).toEqual(units);
  expect(await machine.succeed("findmnt -no FSTYPE /var")).toBe("tmpfs");
  await machine.fail("mountpoint -q /var/lib/ic/data");
}

guest.test("a first boot that loses power at every step is completed by the next", async (machine) => {
  const state = (await machine.exec("systemctl is-system-running --wait", { seconds: 300 })).stdout;
  expect({ state, failed: await machine.succeed("systemctl --failed --no-legend --plain") }).toEqual({ state: "running", failed: "" });
  expect(await machine.succeed("cat /boot/config/storage/*; ls /boot/config/CONFIGURED")).toBe("made\nmade\n/boot/config/CONFIGURED");
  expect(await machine.succeed("findmnt -lno TARGET,FSTYPE -t xfs,ext4 | grep /var | tr -s ' ' | sort")).toBe(
    "/var ext4\n/var/lib/ic/backup ext4\n/var/lib/ic/crypto ext4\n/var/lib/ic/data xfs",
  );
});

guest.test("the partition table is whole, its backup too", async (machine) => {
  expect(await machine.succeed("sfdisk --verify /dev/vda")).toContain("No errors detected");
  expect((await machine.succeed("sfdisk --dump /dev/vda")).split("\n").filter((line) => line.startsWith("/dev/"))).toHaveLength(10);
  const [start = "", size = ""] = (await machine.succeed("cat /sys/class/block/vda10/start /sys/class/block/vda10/size")).split("\n");
  expect(start).toBe("88696832");
  // All but the backup of the table, in whole MiB.
  expect(grownBytes - (Number(start) + Number(size)) * 512).toBeLessThanOrEqual(2 * 2 ** 20);
});

guest.test("the node kept one identity over all attempts", async (machine) => {
  expect((await machine.succeed("journalctl --list-boots -q --no-pager")).trim().split("\n").length).toBeGreaterThanOrEqual(2);
});

guest.test("the key of another disk: both volumes stay shut, and a login works", async (machine) => {
  await machine.succeed("echo precious >/var/witness; echo precious >/var/lib/ic/data/witness; sync");
  await machine.succeed(`cp -p ${key} ${key}.right; dd if=/dev/urandom of=${key}.wrong bs=64 count=1 2>/dev/null; chmod 400 ${key}.wrong; mv ${key}.wrong ${key}; sync`);
  const before = await machine.succeed(headers);
  await machine.reboot(400);
  await isDegradedBy(machine, ["setup-store.service", "setup-var.service"]);
  expect(machine.consoleLog()).toMatch(/setup-var: A_var \(.*\) does not open with \/boot\/config\/store\.keyfile: it is the key of another disk/);
  expect(machine.consoleLog()).toMatch(/setup-store: store \(.*\) does not open with/);
  expect(machine.consoleLog()).toContain("setup-var: /var is empty and in memory in this boot");
  expect(await machine.succeed(headers)).toBe(before);
  expect(await machine.succeed(`stat -c %s ${key}`)).toBe("64");
});

guest.test("no key: none is made over data", async (machine) => {
  await machine.succeed(`rm ${key}; sync`);
  // The same check as at boot, without one: what fails is left to the next boot.
  expect((await machine.fail("/opt/ic/bin/setup-encryption-key.sh")).stderr).toMatch(/store\.keyfile is gone, and (?:A_var|store) was encrypted with it: no other key is made/);
  await machine.fail(`test -e ${key}`);
  await machine.succeed(`printf short >${key}`);
  expect((await machine.fail("/opt/ic/bin/setup-store.sh")).stderr).toContain("has 5 bytes, expected 64");
  await machine.succeed(`mv -f ${key}.right ${key}; sync`);
});

guest.test("lost headers: nothing is formatted", async (machine) => {
  // The other slot's /var is unused: it keeps the headers meanwhile.
  await machine.succeed("dd if=/dev/vda6 of=/dev/vda9 bs=1M count=16 2>/dev/null; dd if=/dev/vda10 of=/dev/vda9 bs=1M count=16 seek=16 2>/dev/null");
  await machine.succeed("for d in vda6 vda10; do dd if=/dev/zero of=/dev/$d bs=1M count=16 conv=fsync 2>/dev/null; done; sync");
  const before = await machine.succeed(headers);
  await machine.reboot(400);
  await isDegradedBy(machine, ["setup-store.service", "setup-var.service"]);
  expect(machine.consoleLog()).toMatch(/setup-var: A_var \(.*\) has no LUKS header, .* It is not formatted/);
  expect(machine.consoleLog()).toMatch(/setup-store: store \(.*\) has no LUKS header, .* It is not formatted/);
  expect(await machine.succeed(headers)).toBe(before);
});

guest.test("with key and headers back, all data is there", async (machine) => {
  await machine.succeed("dd if=/dev/vda9 of=/dev/vda6 bs=1M count=16 conv=fsync 2>/dev/null; dd if=/dev/vda9 of=/dev/vda10 bs=1M count=16 skip=16 conv=fsync 2>/dev/null");
  await machine.reboot(400);
  await machine.waitForUnit("var-lib-ic-data.mount", 300);
  expect(await machine.succeed("cat /var/witness /var/lib/ic/data/witness")).toBe("precious\nprecious");
  expect(await machine.succeed("systemctl --failed --no-legend --plain")).toBe("");
});
