import { Failure } from "../lib/failure.ts";
import { entrySize, folderOf, nameOf, type VolumeEntry } from "./volume-entry.ts";

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;
const SECTOR = 512;

/** The length of a file is a 32-bit field (Microsoft, "FAT: General Overview of On-Disk Format", 1.03, page 23). */
const MAX_FILE = 0xffff_ffff;
/** Largest volume that is made. Its content is copied to the guest's disk, which is not larger. */
export const MAX_VOLUME = 16 * GiB;
const MIN_VOLUME = 4 * MiB;
/** From here on clusters of FAT16 would waste more than FAT32's larger table. */
const MAX_FAT16 = 512 * MiB;
/** FAT16 has 4085 to 65524 clusters, FAT32 more (same source, page 14); some readers are off by a few. */
const MAX_FAT16_CLUSTERS = 65_000;

/** Shape of the file system. */
export interface FatPlan {
  bits: 16 | 32;
  sectorsPerCluster: number;
  bytes: number;
}

/** The smallest file system, in whole MiB from 4 MiB on, that surely holds the content. */
export function planFat(entries: readonly VolumeEntry[]): FatPlan {
  const large = entries.find((entry) => entrySize(entry) > MAX_FILE);
  if (large !== undefined) throw new Failure(`${large.path}: FAT holds files of less than 4 GiB, got ${entrySize(large)} bytes`);
  for (const sectorsPerCluster of [1, 2, 4, 8, 16]) {
    const clusters = clustersFor(entries, sectorsPerCluster * SECTOR);
    // Two tables of 2 bytes a cluster, the root folder of 512 entries, the boot sectors.
    const bytes = wholeMiB(clusters * (sectorsPerCluster * SECTOR + 4) + 64 * KiB);
    if (bytes <= MAX_FAT16 && bytes / (sectorsPerCluster * SECTOR) <= MAX_FAT16_CLUSTERS) return { bits: 16, sectorsPerCluster, bytes };
  }
  const bytes = wholeMiB(clustersFor(entries, 4 * KiB) * (4 * KiB + 8) + MiB);
  if (bytes <= MAX_VOLUME) return { bits: 32, sectorsPerCluster: 8, bytes: Math.max(bytes, MAX_FAT16 + MiB) };
  throw new Failure(`the content needs a volume of ${Math.ceil(bytes / GiB)} GiB, at most ${MAX_VOLUME / GiB} GiB are made`, { hint: "inject a smaller ic_state: the node fetches the rest from its subnet" });
}

function wholeMiB(bytes: number): number {
  return Math.max(MIN_VOLUME, Math.ceil(bytes / MiB) * MiB);
}

function clustersFor(entries: readonly VolumeEntry[], clusterBytes: number): number {
  // An entry of 32 bytes a name, and one for each 13 characters of a long name (same source, page 23 to 29).
  const slots = new Map<string, number>();
  for (const { path } of entries) slots.set(folderOf(path), (slots.get(folderOf(path)) ?? 2) + 1 + Math.ceil(nameOf(path).length / 13));
  const files = entries.reduce((sum, entry) => sum + Math.ceil(entrySize(entry) / clusterBytes), 0);
  const folders = entries.filter(({ kind }) => kind === "directory").map(({ path }) => slots.get(path) ?? 2);
  return [...folders, slots.get("") ?? 0].reduce((sum, count) => sum + Math.ceil((count * 32) / clusterBytes), files) + 2;
}
