import { spawnSync } from "node:child_process";
import { type Bytes, firstDifference } from "../bytes.ts";
import { field, inside, type Difference } from "../difference.ts";
import { compareLayout, number, type Layout } from "../layout.ts";
import { onDisk } from "../on-disk.ts";
import type { Tools } from "./compare.ts";

// Linux, Documentation/filesystems/ext4/super.rst.
const SUPERBLOCK: Layout = [
  ["inodes", 0x0, 4],
  ["blocks", 0x4, 4],
  ["free blocks", 0xc, 4],
  ["free inodes", 0x10, 4],
  ["block size", 0x18, 4],
  ["mount time", 0x2c, 4],
  ["write time", 0x30, 4],
  ["mount count", 0x34, 2],
  ["check time", 0x40, 4],
  ["inode size", 0x58, 2],
  ["compatible features", 0x5c, 4, "hex"],
  ["incompatible features", 0x60, 4, "hex"],
  ["read-only features", 0x64, 4, "hex"],
  ["UUID", 0x68, 16, "guid"],
  ["label", 0x78, 16, "text"],
  ["last mounted on", 0x88, 64, "text"],
  ["hash seed", 0xec, 16, "guid"],
  ["creation time", 0x108, 4],
  ["kilobytes written", 0x178, 8],
  ["checksum", 0x3fc, 4, "hex"],
];

// Linux, Documentation/filesystems/ext4/inodes.rst.
const INODE: Layout = [
  ["mode", 0x0, 2],
  ["uid", 0x2, 2],
  ["size", 0x4, 4],
  ["atime", 0x8, 4],
  ["ctime", 0xc, 4],
  ["mtime", 0x10, 4],
  ["deletion time", 0x14, 4],
  ["gid", 0x18, 2],
  ["links", 0x1a, 2],
  ["flags", 0x20, 4, "hex"],
  ["block map", 0x28, 60, "hex"],
  ["generation", 0x64, 4],
  ["creation time", 0x90, 4],
];

/** Whether an ext2, ext3 or ext4 file system begins here. */
export function isExt4(bytes: Bytes): boolean {
  return bytes.size > 2048 && number(bytes, 1024 + 0x38, 2) === 0xef53;
}

/** Compares two file systems: superblock first, then the first block that differs, by what it is and whose. */
export function compareExt4(a: Bytes, b: Bytes, tools: Tools): Difference | undefined {
  const superblock = compareLayout(SUPERBLOCK, a.slice(1024, 1024), b.slice(1024, 1024), 1024);
  // Counts of free blocks follow from the files, and a checksum from everything: a file that differs says more.
  const follows = superblock === undefined || ["checksum", "free blocks", "free inodes", "kilobytes written"].includes(superblock.field);
  if (!follows) return inside("ext4 superblock", superblock);
  const at = firstDifferenceBehind(a, b);
  return at === undefined ? inside("ext4 superblock", superblock) : inside("ext4", atOffset(a, b, at, tools));
}

/** The first difference behind superblock and group descriptors, whose sums follow from the rest. */
function firstDifferenceBehind(a: Bytes, b: Bytes): number | undefined {
  const block = 1024 << number(a, 1024 + 0x18, 4);
  const first = inodeTables(a)[0] ?? 0;
  const found = firstDifference(a.slice(first * block, a.size), b.slice(first * block, b.size));
  return found === undefined ? firstDifference(a, b) : first * block + found;
}

function atOffset(a: Bytes, b: Bytes, at: number, tools: Tools): Difference | undefined {
  const block = 1024 << number(a, 1024 + 0x18, 4);
  const inodeBytes = number(a, 1024 + 0x58, 2);
  const perGroup = number(a, 1024 + 0x28, 4);
  const [tables, tableBytes] = [inodeTables(a), perGroup * inodeBytes];
  const group = tables.findIndex((table) => at >= table * block && at < table * block + tableBytes);
  if (group >= 0) {
    const index = Math.floor((at - (tables[group] ?? 0) * block) / inodeBytes);
    const start = (tables[group] ?? 0) * block + index * inodeBytes;
    const inode = group * perGroup + index + 1;
    return inside(fileOf(a, inode, tools), compareLayout(INODE, a.slice(start, inodeBytes), b.slice(start, inodeBytes), inodeBytes));
  }
  const owner = /^\d+\s+(\d+)/m.exec(debugfs(a, `icheck ${Math.floor(at / block)}`, tools))?.[1];
  const where = owner === undefined ? `block ${Math.floor(at / block)}` : fileOf(a, Number(owner), tools);
  return field(`byte ${at}`, hexAt(a, at), hexAt(b, at), [where]);
}

function hexAt(bytes: Bytes, at: number): string {
  return `0x${bytes.read(at, 8).toString("hex")}`;
}

/** First block of each group's inode table: Documentation/filesystems/ext4/group_descr.rst. */
function inodeTables(bytes: Bytes): number[] {
  const block = 1024 << number(bytes, 1024 + 0x18, 4);
  const groups = Math.ceil(number(bytes, 1024, 4) / number(bytes, 1024 + 0x28, 4));
  const descriptor = number(bytes, 1024 + 0xfe, 2) || 32;
  const table = block === 1024 ? 2048 : block;
  return Array.from({ length: groups }, (_, group) => number(bytes, table + group * descriptor + 8, 4));
}

function fileOf(bytes: Bytes, inode: number, tools: Tools): string {
  const file = new RegExp(`^${inode}\\s+(/.*)$`, "m").exec(debugfs(bytes, `ncheck ${inode}`, tools))?.[1];
  // Inodes below 11 have no name: Documentation/filesystems/ext4/special_inodes.rst.
  return file === undefined ? `inode ${inode}` : `file ${file.replace(/^\/+/, "/")}`;
}

function debugfs(bytes: Bytes, request: string, tools: Tools): string {
  using image = onDisk(bytes);
  return spawnSync(tools.debugfs, ["-R", request, image.path], { encoding: "utf8" }).stdout;
}
