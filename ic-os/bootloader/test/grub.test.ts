import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { readGrubenv, setGrubenv } from "../../../tools/image/disk/kernel-args.ts";
import { planFromManifest, readManifest } from "../../../tools/image/disk/manifest.ts";
import { writeDisk } from "../../../tools/image/disk/write.ts";
import { partitionBytes } from "../../../tools/image/partitions/table.ts";
import { runfile } from "../../../tools/lib/runfiles.ts";

// grub.cfg runs nowhere but in GRUB: each test starts the firmware, GRUB and a real kernel under software emulation.

const file = (name: string): string => runfile(process.env[name]!);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "grub-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const { table } = readManifest(file("DISK_A"));
const GRUB = partitionBytes(table.partitions.find((part) => part.name === "grub")!);

/** A fresh disk with the given state. */
function disk(slots: "" | "A" | "AB", state: Record<string, string>): string {
  const target = path.join(folder, "disk.img");
  writeDisk(planFromManifest(readManifest(file(`DISK_${slots}`)), runfile), target);
  setGrubenv(target, GRUB, new Map(Object.entries(state)));
  return target;
}

/** Starts the machine until it restarts, or prints `last`. Gives GRUB's lines and the kernel's command line. */
async function boot(image: string, { last, drives = [], devices = [] }: { last?: string; drives?: string[]; devices?: string[] } = {}) {
  const flags = ["-accel", "tcg", "-m", "512M", "-nographic", "-nodefaults", "-serial", "stdio", "-no-reboot", "-bios", file("FIRMWARE")];
  const qemu = execa(file("QEMU"), [...flags, ...devices, ...[...drives, image].flatMap((drive) => ["-drive", `file=${drive},format=raw,if=virtio`])], { reject: false, stdin: "ignore", timeout: 100_000 });
  const lines: string[] = [];
  for await (const line of qemu.iterable()) {
    // Firmware and GRUB move the cursor about.
    lines.push(line.replace(/\x1b\[[0-9;?=]*[A-Za-z]/g, "").trim());
    if (last !== undefined && line.includes(last)) qemu.kill();
  }
  return {
    grub: lines.filter((line) => line.startsWith("GRUB: ")).map((line) => line.replace("GRUB: ", "")),
    commandLine: /Kernel command line: BOOT_IMAGE=\S+ (.*)/.exec(lines.join("\n"))?.[1]?.trim(),
  };
}

const state = (image: string): Record<string, string> => Object.fromEntries(readGrubenv(image, GRUB));

const A = "console=ttyS0 panic=-1 dfinity.system=A";
const B = "console=ttyS0 panic=-1 dfinity.system=B";

const noWatchdog = "no watchdog device: a hang before user space will not be noticed";

test("a fresh disk boots slot A and becomes stable; extra arguments come last and stay", async () => {
  const image = disk("A", { extra_boot_args: "one two=2" });
  expect(state(image)["boot_cycle"]).toBe("install");
  expect(await boot(image)).toEqual({ grub: ["slot A, stable"], commandLine: `${A} one two=2` });
  expect(state(image)).toEqual({ boot_alternative: "A", boot_cycle: "stable", extra_boot_args: "one two=2" });
});

test("an upgrade has one attempt, then the old slot is back; a drive before ours changes nothing", async () => {
  const image = disk("AB", { boot_alternative: "B", boot_cycle: "first_boot", kept: "yes" });
  const other = path.join(folder, "other.img");
  fs.writeFileSync(other, Buffer.alloc(2 ** 20));
  expect(await boot(image, { drives: [other] })).toEqual({ grub: ["slot B, failsafe_check", noWatchdog], commandLine: B });
  expect(state(image)).toEqual({ boot_alternative: "B", boot_cycle: "failsafe_check", kept: "yes" });
  expect(await boot(image, { drives: [other] })).toEqual({ grub: ["slot B was not confirmed, rolling back", "slot A, stable"], commandLine: A });
  expect(state(image)).toEqual({ boot_alternative: "A", boot_cycle: "stable", kept: "yes" });
});

test("a kernel that hangs on its first boot is ended by the watchdog, then the old slot is back", async () => {
  // A panic that restarts nothing is a hang.
  const image = disk("AB", { boot_alternative: "B", boot_cycle: "first_boot", extra_boot_args: "panic=0", watchdog_ticks: "0x6000" });
  const devices = ["-device", "i6300esb", "-action", "watchdog=reset"];
  expect(await boot(image, { devices })).toEqual({ grub: ["slot B, failsafe_check", "the watchdog gives slot B twice 0x6000 ms"], commandLine: `${B} panic=0` });
  expect(state(image)["boot_cycle"]).toBe("failsafe_check");
  expect((await boot(image, { devices, last: "slot A, stable" })).grub).toEqual(["slot B was not confirmed, rolling back", "slot A, stable"]);
});

test("a confirmed slot B is booted as it is", async () => {
  const image = disk("AB", { boot_alternative: "B", boot_cycle: "stable" });
  expect(await boot(image)).toEqual({ grub: ["slot B, stable"], commandLine: B });
  expect(state(image)).toEqual({ boot_alternative: "B", boot_cycle: "stable" });
});

test("an empty slot gives way to the other one at once", async () => {
  const image = disk("A", { boot_alternative: "B", boot_cycle: "first_boot" });
  expect(await boot(image)).toEqual({ grub: ["slot B, failsafe_check", "slot B has no kernel", "slot A, stable"], commandLine: A });
  expect(state(image)).toEqual({ boot_alternative: "A", boot_cycle: "stable" });
});

test("a damaged grubenv boots slot A all the same", async () => {
  const image = disk("A", { boot_alternative: "B" });
  const bytes = Buffer.alloc(GRUB.length);
  const fd = fs.openSync(image, "r+");
  fs.readSync(fd, bytes, 0, bytes.length, GRUB.offset);
  fs.writeSync(fd, Buffer.alloc(1024, "x"), 0, 1024, GRUB.offset + bytes.indexOf("# GRUB Environment Block"));
  fs.closeSync(fd);
  expect(await boot(image)).toEqual({ grub: ["slot A, stable"], commandLine: A });
});

test("two empty slots: GRUB says so, and keeps what it was told", async () => {
  const image = disk("", { boot_alternative: "B", boot_cycle: "stable" });
  expect((await boot(image, { last: "neither slot" })).grub).toEqual([
    ...["slot B, stable", "slot B has no kernel", "slot A, stable", "slot A has no kernel", "neither slot can be booted"],
  ]);
  expect(state(image)).toEqual({ boot_alternative: "B", boot_cycle: "stable" });
});
