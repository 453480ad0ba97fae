import { expect } from "@jest/globals";
import { readBanner } from "../../tools/vm/ssh.ts";
import { useGuest } from "../../tools/vm/testing/use-guest.ts";

// The superblock of the root file system starts at byte 1024 (erofs and ext4 alike): every mount reads it.
const SUPERBLOCK = 1024;

const guest = useGuest("dev", async (machine, disk) => {
  disk.flipByte("A_root", SUPERBLOCK);
  await machine.start();
});

guest.test("a flipped byte in the root partition is refused at boot", async (machine) => {
  await machine.waitForConsole(/verity: .*data block 0 is corrupted/, 300);
  await machine.waitForConsole(/Kernel panic - not syncing: dm-verity/, 60);
  // panic= restarts the machine, so that the boot loader can choose again; the disk has no other slot, so it ends the same way.
  await machine.waitForConsole(/Kernel panic[\s\S]*GRUB: [\s\S]*data block 0 is corrupted/, 300);
  expect(machine.consoleLog()).not.toMatch(/login:|Welcome to|systemd\[1\]/);
  expect(await readBanner(machine.hostPort(22), 2000)).toBeUndefined();
});
