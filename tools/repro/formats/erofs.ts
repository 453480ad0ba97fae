import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { scratchFolder } from "../../lib/atomic.ts";
import { type Bytes, fileBytes, firstDifference } from "../bytes.ts";
import { field, firstOf, inside, type Difference } from "../difference.ts";
import { compareLayout, number, type Layout } from "../layout.ts";
import { onDisk } from "../on-disk.ts";
import type { Compare, Tools } from "./compare.ts";
import { erofsInodes, type ErofsInode } from "./erofs-inodes.ts";

// Linux, fs/erofs/erofs_fs.h, struct erofs_super_block.
const SUPERBLOCK: Layout = [
  ["compatible features", 8, 4, "hex"],
  ["block size", 12, 1],
  ["root inode", 14, 2],
  ["inodes", 16, 8],
  ["build time", 24, 8],
  ["build time, nanoseconds", 32, 4],
  ["blocks", 36, 4],
  ["inodes' first block", 40, 4],
  ["attributes' first block", 44, 4],
  ["UUID", 48, 16, "guid"],
  ["label", 64, 16, "text"],
  ["incompatible features", 80, 4, "hex"],
  ["checksum", 4, 4, "hex"],
];

/** Whether an EROFS file system begins here. */
export function isErofs(bytes: Bytes): boolean {
  return bytes.size > 1152 && number(bytes, 1024, 4) === 0xe0f5e1e2;
}

/** Bytes of the file system, without what follows it. */
export function erofsSize(bytes: Bytes): number {
  return number(bytes, 1024 + 36, 4) * (1 << number(bytes, 1024 + 12, 1));
}

/** Compares two file systems: inodes by path, then contents; the superblock last where it only follows from them. */
export function compareErofs(a: Bytes, b: Bytes, compare: Compare, tools: Tools): Difference | undefined {
  const superblock = inside("erofs superblock", compareLayout(SUPERBLOCK, a.slice(1024, 128), b.slice(1024, 128), 128));
  const follows = superblock === undefined || ["inodes", "blocks", "checksum", "inodes' first block"].includes(superblock.field);
  if (!follows) return superblock;
  return firstOf(
    () => inside("erofs", compareInodes(erofsInodes(a), erofsInodes(b))),
    () => inside("erofs", compareContents(a, b, compare, tools)),
    () => superblock,
    () => {
      const at = firstDifference(a, b);
      return at === undefined ? undefined : field(`byte ${at}`, a.read(at, 8).toString("hex"), b.read(at, 8).toString("hex"), ["erofs", "layout of the same files"]);
    },
  );
}

function compareInodes(ours: Map<string, ErofsInode>, theirs: Map<string, ErofsInode>): Difference | undefined {
  for (const name of [...new Set([...ours.keys(), ...theirs.keys()])].sort()) {
    const [one, other] = [ours.get(name), theirs.get(name)];
    if (one === undefined || other === undefined) return field("exists", one === undefined ? "no" : "yes", other === undefined ? "no" : "yes", [`file ${name}`]);
    for (const key of ["mode", "uid", "gid", "mtime", "links", "size"] as const) {
      const show = (value: number): string => (key === "mode" ? `0${value.toString(8)}` : String(value));
      const found = field(key, show(one[key]), show(other[key]), [`file ${name}`]);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function compareContents(a: Bytes, b: Bytes, compare: Compare, tools: Tools): Difference | undefined {
  using folder = scratchFolder("repro");
  const [ours, theirs] = [a, b].map((bytes, index) => {
    using image = onDisk(bytes);
    const target = path.join(folder.path, String(index));
    spawnSync(tools.fsckErofs, [`--extract=${target}`, "--no-preserve", image.path], { stdio: "ignore" });
    return target;
  }) as [string, string];
  const names = fs.existsSync(ours) ? fs.readdirSync(ours, { recursive: true, encoding: "utf8" }).sort() : [];
  for (const name of names) {
    const [one, other] = [path.join(ours, name), path.join(theirs, name)];
    const stat = fs.lstatSync(one);
    const found = stat.isSymbolicLink() ? field("target", fs.readlinkSync(one), fs.readlinkSync(other)) : stat.isFile() ? compareAndClose(one, other, compare) : undefined;
    if (found !== undefined) return inside(`file /${name}`, found);
  }
  return undefined;
}

/** Most files are the same: they are compared whole, without leaving thousands of them open. */
function compareAndClose(one: string, other: string, compare: Compare): Difference | undefined {
  return fs.statSync(one).size < 1 << 26 && fs.readFileSync(one).equals(fs.readFileSync(other)) ? undefined : compare(fileBytes(one), fileBytes(other));
}
