import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { appendKernelArguments, readGrubenv } from "../../../tools/image/disk/kernel-args.ts";
import { planFromManifest, readManifest } from "../../../tools/image/disk/manifest.ts";
import { writeDisk } from "../../../tools/image/disk/write.ts";
import { partitionBytes } from "../../../tools/image/partitions/table.ts";
import { runfile } from "../../../tools/lib/runfiles.ts";

const file = (name: string): string => runfile(process.env[name]!);
const run = (tool: string, ...args: string[]): string => execFileSync(file(tool), args, { encoding: "utf8" });
const manifest = readManifest(file("MANIFEST"));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "disk-"));
const unpacked = path.join(folder, "disk.img");

beforeAll(() => extract("ARCHIVE"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** GNU tar knows the sparse format best. */
function extract(archive: string): void {
  run("TAR", "-C", folder, `--use-compress-program=${file("ZSTD")}`, "-xf", file(archive));
}

/** Bytes of a partition. */
function partition(disk: string, name: string): Buffer {
  const { offset, length } = partitionBytes(manifest.table.partitions.find((part) => part.name === name)!);
  const bytes = Buffer.alloc(length);
  const fd = fs.openSync(disk, "r");
  fs.readSync(fd, bytes, 0, length, offset);
  fs.closeSync(fd);
  return bytes;
}

/** Sparse files are equal: their data is compared, as reading 12 GiB of holes takes long. */
function expectEqualDisks(one: string, other: string): void {
  expect(fs.statSync(one).size).toBe(fs.statSync(other).size);
  for (const name of ["esp", "grub", "A_boot", "B_boot"]) expect(partition(one, name).equals(partition(other, name))).toBe(true);
  expect(run("SFDISK", "--dump", one).replaceAll(one, "")).toBe(run("SFDISK", "--dump", other).replaceAll(other, ""));
}

test.each([["unpacked", unpacked], ["raw", file("RAW")]])("sfdisk and sgdisk find nothing wrong with the %s disk", (_, disk) => {
  expect(run("SFDISK", "--verify", disk)).toContain("No errors detected");
  expect(run("SGDISK", "--verify", disk)).toContain("No problems found");
});

test("sfdisk sees the partitions of the csv", () => {
  const { partitiontable } = JSON.parse(run("SFDISK", "--json", unpacked));
  expect(partitiontable.id).toBe("7D9B2F10-0B1F-4F5E-9E0E-000000000000");
  expect(partitiontable.partitions.map(({ name, start, size, type }: Record<string, unknown>) => [name, start, size, type])).toEqual([
    ["esp", 2048, 8192, "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"],
    ["grub", 10240, 8192, "0FC63DAF-8483-4772-8E79-3D69D8477DE4"],
    ["A_boot", 18432, 8192, "0FC63DAF-8483-4772-8E79-3D69D8477DE4"],
    ["A_var", 26624, 4194304, "0FC63DAF-8483-4772-8E79-3D69D8477DE4"],
    ["B_boot", 4220928, 8192, "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7"],
  ]);
});

test("the archive, the raw disk and one written from the manifest are the same disk", () => {
  const written = path.join(folder, "written.img");
  writeDisk(planFromManifest(manifest, runfile), written);
  expectEqualDisks(unpacked, file("RAW"));
  expectEqualDisks(unpacked, written);
  const image = fs.readFileSync(file("BOOT"));
  for (const slot of ["A_boot", "B_boot"]) expect(partition(written, slot).equals(image)).toBe(true);
});

test("none of them takes the room of its holes", () => {
  for (const disk of [unpacked, file("RAW")]) {
    expect(fs.statSync(disk).size).toBe(12 * 2 ** 30);
    expect(fs.statSync(disk).blocks * 512).toBeLessThan(4 * 2 ** 20);
  }
});

test("an update: three members, in this order, equal to the images", () => {
  const listing = run("TAR", `--use-compress-program=${file("ZSTD")}`, "--numeric-owner", "--utc", "-tvf", file("UPDATE"));
  expect(listing.trim().split("\n").map((line) => line.replace(/ +/g, " "))).toEqual([
    expect.stringMatching(/^-rw-r--r-- 0\/0 \d+ 2023-11-14 22:13 manifest.json$/),
    expect.stringMatching(/^-rw-r--r-- 0\/0 \d+ 2023-11-14 22:13 manifest.json.sig$/),
    expect.stringMatching(/^-rw-r--r-- 0\/0 6 2023-11-14 22:13 VERSION.TXT$/),
    expect.stringMatching(/^-rw-r--r-- 0\/0 \d+ 2023-11-14 22:13 boot.img$/),
    expect.stringMatching(/^-rw-r--r-- 0\/0 \d+ 2023-11-14 22:13 root.img$/),
  ]);
  extract("UPDATE");
  for (const [member, image] of [["boot.img", "BOOT"], ["root.img", "ROOT"]] as const) {
    expect(fs.readFileSync(path.join(folder, member)).equals(fs.readFileSync(file(image)))).toBe(true);
  }
  expect(fs.readFileSync(path.join(folder, "VERSION.TXT"), "utf8")).toBe("1.2.3\n");
});

test("kernel arguments go into the grubenv of a real ext4 image", () => {
  const grub = partitionBytes(manifest.table.partitions[1]!);
  appendKernelArguments(unpacked, manifest.table, "systemd.debug-shell");
  expect(readGrubenv(unpacked, grub)).toEqual(new Map([["boot_alternative", "A"], ["boot_cycle", "install"], ["extra_boot_args", "systemd.debug-shell"]]));
});

test("an image larger than its partition fails the action: exit 4, by how much, the line of the csv, no output", () => {
  const large = path.join(folder, "large.img");
  fs.writeFileSync(large, "");
  fs.truncateSync(large, 5 * 2 ** 20);
  const out = path.join(folder, "never.json");
  const result = spawnSync(file("CLI"), ["manifest", "--table", file("TABLE"), `--image=A_boot=${large}`, `--image=C_boot=${large}`, "--out", out], { encoding: "utf8" });
  expect(result.status).toBe(4);
  expect(result.stderr).toContain("disk_image: disk image: 2 problems");
  expect(result.stderr).toContain(`partitions.csv:4 (A_boot): the image is 1 MiB too big: ${large} has 5 MiB, the partition 4 MiB`);
  expect(result.stderr).toContain("C_boot: no such partition in");
  expect(fs.existsSync(out)).toBe(false);
});
