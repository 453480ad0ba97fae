import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { concatenatedTars } from "../../../tools/image/archive/concatenate.ts";
import { makeExt4 } from "../../../tools/image/ext4/image.ts";
import { runfile } from "../../../tools/lib/runfiles.ts";

const file = (name: string): string => runfile(process.env[name]!);
const run = (tool: string, ...args: string[]): string => execFileSync(file(tool), args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const superblock = (image: string): Record<string, string> =>
  Object.fromEntries(run("DUMPE2FS", "-h", file(image)).split("\n").flatMap((line) => (/^([^:]+):\s*(.*)$/.exec(line) === null ? [] : [line.split(/:\s*/, 2) as [string, string]])));

test.each(["PLAIN", "JOURNALED", "FROM_ARCHIVE"])("e2fsck finds nothing wrong with %s", (image) => {
  expect(run("E2FSCK", "-fn", file(image))).toContain("Pass 5");
});

test("files have the content, mode and owner asked for, and the time of all outputs", () => {
  expect(run("DEBUGFS", "-R", "cat /folder/file.txt", file("PLAIN"))).toBe("a file\n");
  const stat = run("DEBUGFS", "-R", "stat /folder/file.txt", file("PLAIN"));
  expect(stat).toMatch(/Mode:\s+0640/);
  expect(stat).toMatch(/User:\s+0\s+Group:\s+0/);
  expect(stat).toContain(`mtime: 0x${(1700000000).toString(16)}`);
});

test("a file wins over one of an archive", () => {
  expect(run("DEBUGFS", "-R", "cat /etc/file.txt", file("FROM_ARCHIVE"))).toBe("another file\n");
});

test("without a journal, GRUB can write: features are those it knows", () => {
  const { "Filesystem features": features, "Filesystem UUID": uuid, "Directory Hash Seed": seed } = superblock("PLAIN");
  expect(features).toBe("ext_attr dir_index filetype extent flex_bg sparse_super large_file huge_file dir_nlink extra_isize");
  expect([uuid, seed]).toEqual(Array(2).fill("0f7c1f0a-8f5c-4a1e-9b59-0a3f6f9a2f10"));
});

test("with a journal, metadata has checksums; inodes are as asked for", () => {
  const { "Filesystem features": features, "Inode count": inodes } = superblock("JOURNALED");
  expect(features).toMatch(/^has_journal .* metadata_csum/);
  expect(Number(inodes)).toBe(64);
});

async function make(options: { bytes?: number; inodes?: number }, contentBytes: number, files = 1): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ext4-"));
  const content = path.join(folder, "content");
  fs.writeFileSync(content, Buffer.alloc(contentBytes, "x"));
  const installed = Array.from({ length: files }, (_, index) => ({ source: content, path: `file${index}`, mode: 0o644 }));
  const image = path.join(folder, "small.img");
  try {
    await makeExt4(file("MKE2FS"), { bytes: 2 ** 22, label: "", uuid: "0f7c1f0a-8f5c-4a1e-9b59-0a3f6f9a2f10", inodes: undefined, journal: false, ...options }, () => concatenatedTars([], installed), image);
  } finally {
    expect(fs.readdirSync(folder).filter((name) => name.endsWith("roomy.img"))).toEqual([]);
    if (fs.existsSync(image)) run("E2FSCK", "-fn", image);
    fs.rmSync(folder, { recursive: true });
  }
}

test("contents that do not fit: the message says by how much, and that much more is enough", async () => {
  const error = await make({}, 5 * 2 ** 20).then(() => undefined, (failure: Error) => failure);
  const [, missing, unit, needed] = /the file system is ([\d.]+) (KiB|MiB|bytes) too small: the content needs ([\d.]+ \w+), the size is 4 MiB/.exec(error?.message ?? "") ?? [];
  expect([missing, unit, needed]).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
  const bytes = Number(missing) * { bytes: 1, KiB: 1024, MiB: 2 ** 20 }[unit as "KiB"];
  expect(bytes).toBeGreaterThan(2 ** 20);
  expect(bytes).toBeLessThan(1.5 * 2 ** 20);
  await make({ bytes: Math.ceil((2 ** 22 + bytes) / 2 ** 16) * 2 ** 16 }, 5 * 2 ** 20);
});

test("too few inodes: the message says how many", async () => {
  await expect(make({ inodes: 16 }, 1, 30)).rejects.toThrow(/\d+ inodes too few: the content needs \d+, the file system has 16/);
});
