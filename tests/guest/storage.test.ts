import fs from "node:fs";
import { expect } from "@jest/globals";
import type { Machine } from "../../tools/vm/machine.ts";
import { useGuest } from "../../tools/vm/testing/use-guest.ts";

// One guest whose first boot is interrupted, and which later loses its key, LUKS headers and a partition. The tests build on each other.

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
// The other slot's /var is unused: it keeps copies of the headers.
const copyOf = { vda6: 0, vda10: 16 };

async function saveHeaders(machine: Machine): Promise<void> {
  for (const [device, at] of Object.entries(copyOf)) await machine.succeed(`dd if=/dev/${device} of=/dev/vda9 bs=1M count=16 seek=${at} conv=fsync 2>/dev/null`);
}

async function restoreHeader(machine: Machine, device: keyof typeof copyOf): Promise<void> {
  await machine.succeed(`dd if=/dev/vda9 of=/dev/${device} bs=1M count=16 skip=${copyOf[device]} conv=fsync 2>/dev/null`);
}

/** Overwrites so many MiB of a device, from its start on. */
async function destroy(machine: Machine, device: string, source: "zero" | "urandom", bytes: number, from = 0): Promise<void> {
  await machine.succeed(`dd if=/dev/${source} of=/dev/${device} bs=4096 count=${bytes / 4096} seek=${from / 4096} conv=fsync 2>/dev/null`);
}

/** What a storage unit's program says when it fails, run by hand as in a boot; nothing it does may change the headers. */
async function refusal(machine: Machine, program: "setup-var" | "setup-store"): Promise<string> {
  const before = await machine.succeed(headers);
  const { stderr } = await machine.fail(`SLOT=A /opt/ic/bin/${program}.sh`);
  expect(await machine.succeed(headers)).toBe(before);
  return stderr;
}

async function saidTwice(machine: Machine, message: RegExp): Promise<void> {
  expect(machine.consoleLog()).toMatch(message);
  expect(await machine.succeed("journalctl -b -q -o cat -p err -u setup-var -u setup-store")).toMatch(message);
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

guest.test("the key of another disk, and a lost header: both volumes stay shut, nothing is formatted, and a login works", async (machine) => {
  await machine.succeed("echo precious >/var/witness; echo precious >/var/lib/ic/data/witness; sync");
  await saveHeaders(machine);
  await machine.succeed(`cp -p ${key} ${key}.right; dd if=/dev/urandom of=${key}.wrong bs=64 count=1 2>/dev/null; chmod 400 ${key}.wrong; mv ${key}.wrong ${key}; sync`);
  await destroy(machine, "vda10", "zero", 2 ** 24);
  const before = await machine.succeed(headers);
  await machine.reboot(400);
  await machine.exec("systemctl is-system-running --wait", { seconds: 300 });
  const failed = (await machine.succeed("systemctl --failed --no-legend --plain")).split("\n").map((line) => line.split(" ")[0]);
  expect(failed).toEqual(["setup-store.service", "setup-var.service"]);
  expect(await machine.succeed("findmnt -no FSTYPE /var")).toBe("tmpfs");
  await machine.fail("mountpoint -q /var/lib/ic/data");
  await saidTwice(machine, /setup-var: A_var \(.*\) does not open with \/boot\/config\/store\.keyfile: it is the key of another disk/);
  await saidTwice(machine, /setup-var: \/var is empty and in memory in this boot/);
  await saidTwice(machine, /setup-store: store \(.*\) has no LUKS header, .* It is not formatted/);
  expect(await machine.succeed(headers)).toBe(before);
  expect(await machine.succeed(`stat -c %s ${key}`)).toBe("64");
});

// Both volumes are shut now: what a boot would do can be tried without one.

guest.test("the other way round: a lost header of /var, the wrong key for the store", async (machine) => {
  await restoreHeader(machine, "vda10");
  expect(await refusal(machine, "setup-store")).toMatch(/setup-store: store \(.*\) does not open with/);
  await machine.succeed(`cp -p ${key}.right ${key}`);
  await destroy(machine, "vda6", "zero", 2 ** 24);
  expect(await refusal(machine, "setup-var")).toMatch(/setup-var: A_var \(.*\) has no LUKS header, .* It is not formatted/);
  await machine.succeed("umount -l /var");
  await restoreHeader(machine, "vda6");
});

guest.test("damaged headers: key material is missed, and one of the two copies is enough", async (machine) => {
  // LUKS2: two copies of the metadata of 16 KiB each, then the key slots (LUKS2 On-Disk Format, 2).
  await destroy(machine, "vda10", "urandom", 2 ** 20, 2 ** 15);
  expect(await refusal(machine, "setup-store")).toMatch(/setup-store: store \(.*\) does not open with .*: it is the key of another disk, or the header is damaged/);
  await restoreHeader(machine, "vda10");
  await destroy(machine, "vda10", "urandom", 2 ** 15);
  expect(await refusal(machine, "setup-store")).toMatch(/setup-store: store \(.*\) has no LUKS header/);
  await restoreHeader(machine, "vda10");
  // The next boot has only the second copy of each.
  for (const device of ["vda6", "vda10"]) await destroy(machine, device, "urandom", 2 ** 14);
});

guest.test("no key, or one of another length: none is made over data", async (machine) => {
  await machine.succeed(`rm ${key}; sync`);
  expect((await machine.fail("/opt/ic/bin/setup-encryption-key.sh")).stderr).toMatch(/store\.keyfile is gone, and (?:A_var|store) was encrypted with it: no other key is made/);
  await machine.fail(`test -e ${key}`);
  expect(await refusal(machine, "setup-store")).toContain("there is no key /boot/config/store.keyfile");
  await machine.succeed(`printf short >${key}`);
  expect(await refusal(machine, "setup-store")).toContain("has 5 bytes, expected 64");
  await machine.succeed(`mv -f ${key}.right ${key}; sync`);
});

guest.test("a partition table without the store: no other one is made", async (machine) => {
  await machine.succeed("sfdisk --dump /dev/vda >/run/table; sfdisk --quiet --no-reread --no-tell-kernel --delete /dev/vda 10; partx --delete --nr 10 /dev/vda");
  expect((await machine.fail("/opt/ic/bin/setup-store.sh")).stderr).toMatch(/partition 10 of the disk is gone, though this node keeps its data there: no other one is made/);
  await machine.succeed("sfdisk --quiet --wipe never --wipe-partitions never --no-reread --no-tell-kernel /dev/vda </run/table; partx --add --nr 10 /dev/vda; sync");
});

guest.test("with key and headers back, all data is there", async (machine) => {
  await machine.reboot(400);
  await machine.waitForUnit("var-lib-ic-data.mount", 300);
  expect(await machine.succeed("cat /var/witness /var/lib/ic/data/witness")).toBe("precious\nprecious");
  expect(await machine.succeed("systemctl --failed --no-legend --plain")).toBe("");
});
