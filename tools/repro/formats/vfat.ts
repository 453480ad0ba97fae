import { type Bytes, bufferBytes, firstDifference } from "../bytes.ts";
import { field, firstOf, inside, type Difference } from "../difference.ts";
import { compareLayout, number, type Layout } from "../layout.ts";
import type { Compare } from "./compare.ts";
import { fatEntries, type FatEntry } from "./vfat-entries.ts";

// Microsoft, "FAT: General Overview of On-Disk Format", 1.03, pages 8 to 12.
const COMMON: Layout = [
  ["OEM name", 3, 8, "text"],
  ["bytes per sector", 11, 2],
  ["sectors per cluster", 13, 1],
  ["reserved sectors", 14, 2],
  ["tables", 16, 1],
  ["root entries", 17, 2],
  ["media", 21, 1, "hex"],
  ["hidden sectors", 28, 4],
  ["sectors", 32, 4],
];
const FAT16: Layout = [...COMMON, ["sectors (16 bit)", 19, 2], ["sectors per table", 22, 2], ["volume id", 39, 4, "hex"], ["label", 43, 11, "text"], ["type", 54, 8, "text"]];
const FAT32: Layout = [...COMMON, ["sectors per table", 36, 4], ["volume id", 67, 4, "hex"], ["label", 71, 11, "text"], ["type", 82, 8, "text"]];
const ENTRY: Layout = [
  ["attributes", 11, 1, "hex"],
  ["creation time, tenths", 13, 1],
  ["creation time", 14, 2, "hex"],
  ["creation date", 16, 2, "hex"],
  ["access date", 18, 2, "hex"],
  ["write time", 22, 2, "hex"],
  ["write date", 24, 2, "hex"],
  ["first cluster", 26, 2],
  ["size", 28, 4],
  ["short name", 0, 11, "text"],
];

/** Whether a FAT file system begins here. */
export function isFat(bytes: Bytes): boolean {
  return bytes.read(54, 3).toString("latin1") === "FAT" || bytes.read(82, 5).toString("latin1") === "FAT32";
}

/** Compares two file systems: boot sector, then entries and contents by path, then whatever is left. */
export function compareFat(a: Bytes, b: Bytes, compare: Compare): Difference | undefined {
  const layout = number(a, 22, 2) === 0 ? FAT32 : FAT16;
  const boot = inside("vfat boot sector", compareLayout(layout, a.slice(0, 512), b.slice(0, 512), 512));
  if (boot !== undefined) return boot;
  const [ours, theirs] = [fatEntries(a), fatEntries(b)];
  return firstOf(
    ...[...new Set([...ours.keys(), ...theirs.keys()])].sort().map((name) => () => inside(`vfat entry ${name}`, compareEntries(ours.get(name), theirs.get(name), compare))),
    () => {
      const at = firstDifference(a, b);
      return at === undefined ? undefined : field(`byte ${at}`, a.read(at, 8).toString("hex"), b.read(at, 8).toString("hex"), ["vfat", "table or unused space"]);
    },
  );
}

function compareEntries(one: FatEntry | undefined, other: FatEntry | undefined, compare: Compare): Difference | undefined {
  if (one === undefined || other === undefined) return field("exists", one === undefined ? "no" : "yes", other === undefined ? "no" : "yes");
  const entry = compareLayout(ENTRY, bufferBytes(one.raw), bufferBytes(other.raw), 32);
  // A changed size or place follows from changed content, here or in another file.
  if (entry !== undefined && entry.field !== "size" && entry.field !== "first cluster") return entry;
  return compare(one.content, other.content) ?? entry;
}
