import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { formatGrubenv } from "../grub/grubenv.ts";
import type { PartitionTable } from "../partitions/table.ts";
import { diskDigest } from "./digest.ts";
import { gptBytes } from "./gpt.ts";
import { parseImageFlags } from "./image-flags.ts";
import { appendKernelArguments, readGrubenv, setGrubenv } from "./kernel-args.ts";
import { diskManifest, planFromManifest, readManifest } from "./manifest.ts";
import { diskSegments, planDisk } from "./plan.ts";
import { writeDisk } from "./write.ts";

const MIB = 2 ** 20;
const part = (number: number, name: string, start: number, size: number) =>
  ({ number, name, start: start * 2048, sectors: size * 2048, type: "L", guid: `${number}1111111-1111-4111-8111-111111111111`, line: number + 4 }) as const;
const TABLE: PartitionTable = {
  file: "partitions.csv",
  diskGuid: "00112233-4455-6677-8899-aabbccddeeff",
  diskBytes: 4096 * MIB,
  partitions: [part(1, "grub", 1, 2), part(2, "A_boot", 3, 1), part(3, "A_var", 4, 1), part(4, "B_boot", 5, 1)],
};
const GRUB = { offset: MIB, length: 2 * MIB };

let folder = "";
beforeEach(() => void (folder = fs.mkdtempSync(path.join(os.tmpdir(), "disk-"))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

function image(name: string, bytes: Buffer): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, bytes);
  return file;
}

/** A grub partition image: the environment block lies across the reader's window. */
function grubImage(...offsets: number[]): string {
  const bytes = Buffer.alloc(2 * MIB);
  for (const offset of offsets) formatGrubenv(new Map([["boot_alternative", "A"]])).copy(bytes, offset);
  return image("grub.img", bytes);
}

function read(file: string, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const fd = fs.openSync(file, "r");
  fs.readSync(fd, bytes, 0, length, offset);
  fs.closeSync(fd);
  return bytes;
}

function disk(...images: [string, string][]): string {
  const target = path.join(folder, "disk.img");
  writeDisk(planDisk(TABLE, new Map(images)), target);
  return target;
}

test("a disk is sparse, and holds table and images at their places", () => {
  const boot = Buffer.alloc(200_000);
  boot.write("kernel", 150_000);
  const file = disk(["A_boot", image("boot.img", boot)]);
  const { primary, backup } = gptBytes(TABLE);
  expect(fs.statSync(file).size).toBe(TABLE.diskBytes);
  expect(fs.statSync(file).blocks * 512).toBeLessThan(400_000);
  expect(read(file, 0, primary.length).equals(primary)).toBe(true);
  expect(read(file, TABLE.diskBytes - backup.length, backup.length).equals(backup)).toBe(true);
  expect(read(file, 3 * MIB, MIB).equals(Buffer.concat([boot, Buffer.alloc(MIB - boot.length)]))).toBe(true);
  expect(fs.readdirSync(folder).sort()).toEqual(["boot.img", "disk.img"]);
});

test("images that do not fit or have no partition are reported together", () => {
  const large = image("large.img", Buffer.alloc(MIB + 512));
  expect(() => planDisk(TABLE, new Map([["A_boot", large], ["A_var", large], ["C_boot", large]]))).toThrow(
    [
      "disk image: 3 problems",
      `  - partitions.csv:6 (A_boot): the image is 512 bytes too big: ${large} has 1049088 bytes, the partition 1 MiB`,
      `  - partitions.csv:7 (A_var): the image is 512 bytes too big: ${large} has 1049088 bytes, the partition 1 MiB`,
      "  - C_boot: no such partition in partitions.csv; it has grub, A_boot, A_var, B_boot",
    ].join("\n").replaceAll("1049088 bytes", "1024.5 KiB"),
  );
});

test("a partition without an image is noticed, unless it waits for an upgrade", () => {
  expect(planDisk(TABLE, new Map([["grub", grubImage(0)]])).notices).toEqual([
    "partitions.csv:6 (A_boot): no image, the partition stays empty",
    "partitions.csv:7 (A_var): no image, the partition stays empty",
  ]);
});

test("the manifest gives back the plan", () => {
  const boot = image("boot.img", Buffer.from("boot"));
  const plan = planDisk(TABLE, new Map([["A_boot", boot]]));
  const file = image("manifest.json", Buffer.from(JSON.stringify(diskManifest(plan, new Map([["A_boot", "_main/x/boot.img"]])))));
  const manifest = readManifest(file);
  expect(manifest.images).toEqual([{ partition: "A_boot", path: "_main/x/boot.img", bytes: 4 }]);
  expect(planFromManifest(manifest, (runfile) => runfile.replace("_main/x", folder))).toEqual(plan);
});

test("the digest changes with a byte, with its place and with the size of the disk", () => {
  const at = (offset: number, text: string) => [{ offset, bytes: Buffer.from(text) }];
  const digests = [diskDigest(1000, at(0, "a")), diskDigest(1000, at(0, "b")), diskDigest(1000, at(512, "a")), diskDigest(2000, at(0, "a"))];
  expect(new Set(digests).size).toBe(4);
  const plan = planDisk(TABLE, new Map([["grub", grubImage(0)]]));
  expect(diskDigest(1, diskSegments(plan))).toBe(diskDigest(1, diskSegments(plan)));
});

test.each([0, 4096, MIB - 512, 2 * MIB - 1024])("kernel arguments are added to the block at %d, and nothing else changes", (offset) => {
  const file = disk(["grub", grubImage(offset)]);
  const before = read(file, 0, 8 * MIB);
  appendKernelArguments(file, TABLE, "systemd.unit=rescue.target a=b");
  expect(readGrubenv(file, GRUB)).toEqual(new Map([["boot_alternative", "A"], ["extra_boot_args", "systemd.unit=rescue.target a=b"]]));
  const after = read(file, 0, 8 * MIB);
  before.fill(0, MIB + offset, MIB + offset + 1024);
  after.fill(0, MIB + offset, MIB + offset + 1024);
  expect(after.equals(before)).toBe(true);
});

test("an empty value removes a variable, others stay", () => {
  const file = disk(["grub", grubImage(4096)]);
  setGrubenv(file, GRUB, new Map([["extra_boot_args", "x"], ["boot_cycle", "stable"]]));
  setGrubenv(file, GRUB, new Map([["extra_boot_args", ""]]));
  expect(readGrubenv(file, GRUB)).toEqual(new Map([["boot_alternative", "A"], ["boot_cycle", "stable"]]));
});

test("too many arguments are refused before anything is written", () => {
  const file = disk(["grub", grubImage(4096)]);
  expect(() => appendKernelArguments(file, TABLE, "x".repeat(1000))).toThrow("bytes too long");
  expect(readGrubenv(file, GRUB)).toEqual(new Map([["boot_alternative", "A"]]));
});

test("no block, two blocks and a disk without a grub partition are refused", () => {
  expect(() => readGrubenv(disk(["grub", grubImage()]), GRUB)).toThrow("expected one grubenv in the partition at byte 1048576, found 0");
  expect(() => readGrubenv(disk(["grub", grubImage(0, 8192)]), GRUB)).toThrow("found 2");
  expect(() => appendKernelArguments("disk.img", { ...TABLE, partitions: [] }, "x")).toThrow("partitions.csv has no partition named grub");
});

test("image flags: bad ones and doubles are reported together", () => {
  expect(parseImageFlags("--image", ["A_boot=x=y"])).toEqual(new Map([["A_boot", "x=y"]]));
  expect(() => parseImageFlags("--image", ["A_boot", "a=x", "a=y"])).toThrow("--image: 2 problems\n  - expected PARTITION=FILE, got `A_boot`\n  - a is given two images: x and y");
});
