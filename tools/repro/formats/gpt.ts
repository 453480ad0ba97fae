import type { Bytes } from "../bytes.ts";
import { firstOf, inside, type Difference } from "../difference.ts";
import { compareLayout, number, type Layout } from "../layout.ts";
import type { Compare } from "./compare.ts";

const SECTOR = 512;
const ENTRY = 128;

// UEFI specification 2.10, 5.3.2 and 5.3.3.
const HEADER: Layout = [
  ["signature", 0, 8, "text"],
  ["revision", 8, 4],
  ["header size", 12, 4],
  ["this header's sector", 24, 8],
  ["other header's sector", 32, 8],
  ["first usable sector", 40, 8],
  ["last usable sector", 48, 8],
  ["disk GUID", 56, 16, "guid"],
  ["entries' sector", 72, 8],
  ["number of entries", 80, 4],
  ["size of an entry", 84, 4],
  ["entries' CRC", 88, 4, "hex"],
  ["header's CRC", 16, 4, "hex"],
];
const PARTITION: Layout = [
  ["type GUID", 0, 16, "guid"],
  ["unique GUID", 16, 16, "guid"],
  ["first sector", 32, 8],
  ["last sector", 40, 8],
  ["attributes", 48, 8, "hex"],
  ["name", 56, 72, "text"],
];

/** Whether a disk with a GUID partition table begins here. */
export function isGpt(bytes: Bytes): boolean {
  return bytes.read(SECTOR, 8).toString("latin1") === "EFI PART";
}

/** Compares two disks: entries, then headers (whose sums follow from the entries), then what is in the partitions. */
export function compareGpt(a: Bytes, b: Bytes, compare: Compare): Difference | undefined {
  const entries = number(a, SECTOR + 80, 4);
  const table = number(a, SECTOR + 72, 8) * SECTOR;
  const parts = Array.from({ length: entries }, (_, index) => ({ index, at: table + index * ENTRY }));
  return firstOf(
    ...parts.map(({ index, at }) => () => inside(`GPT entry ${index + 1} (${nameOf(a.slice(at, ENTRY))})`, compareLayout(PARTITION, a.slice(at, ENTRY), b.slice(at, ENTRY), ENTRY))),
    () => inside("GPT header", compareLayout(HEADER, a.slice(SECTOR, SECTOR), b.slice(SECTOR, SECTOR), SECTOR)),
    () => inside("protective MBR", compareLayout([], a, b, SECTOR)),
    ...parts.map(({ at }) => () => {
      const [first, last] = [number(a, at + 32, 8), number(a, at + 40, 8)];
      if (first === 0) return undefined;
      const size = (last - first + 1) * SECTOR;
      return inside(`partition ${nameOf(a.slice(at, ENTRY))}`, compare(a.slice(first * SECTOR, size), b.slice(first * SECTOR, size)));
    }),
  );
}

function nameOf(entry: Bytes): string {
  return entry.read(56, 72).toString("utf16le").replace(/\0+$/, "");
}
