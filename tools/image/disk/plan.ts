import fs from "node:fs";
import { failOnProblems } from "../../lib/failure.ts";
import { filePieces, type KnownPiece, type Piece } from "../archive/pieces.ts";
import { fileSegments, type Segment } from "../archive/segments.ts";
import { formatSize } from "../partitions/size.ts";
import { declaredAt, partitionBytes, type PartitionTable } from "../partitions/table.ts";
import { gptBytes } from "./gpt.ts";

/** A disk that could be written: the table, and which file fills which partition. */
export interface DiskPlan {
  table: PartitionTable;
  images: readonly PartitionImage[];
  /** What is allowed but perhaps not meant: for the log. */
  notices: readonly string[];
}

/** A file that fills the beginning of a partition. */
export interface PartitionImage {
  /** Name of the partition, such as `A_boot`. */
  partition: string;
  path: string;
  bytes: number;
}

/** Checks every image against its partition. `images` maps partition names to files; a partition without one stays empty. */
export function planDisk(table: PartitionTable, images: ReadonlyMap<string, string>): DiskPlan {
  const problems: string[] = [];
  const planned: PartitionImage[] = [];
  for (const [name, path] of images) {
    const part = table.partitions.find((candidate) => candidate.name === name);
    if (part === undefined) {
      problems.push(`${name}: no such partition in ${table.file}; it has ${table.partitions.map((p) => p.name).join(", ")}`);
      continue;
    }
    const bytes = fs.statSync(path).size;
    const { length } = partitionBytes(part);
    if (bytes > length) {
      problems.push(`${declaredAt(table, part)}: the image is ${formatSize(bytes - length)} too big: ${path} has ${formatSize(bytes)}, the partition ${formatSize(length)}`);
    }
    planned.push({ partition: name, path, bytes });
  }
  failOnProblems("disk image", problems, { hint: `change the size in ${table.file}, or the size of the image` });
  // Slot B stays empty until the first upgrade fills it.
  const unfilled = table.partitions.filter((part) => !images.has(part.name) && !part.name.startsWith("B_"));
  const notices = unfilled.map((part) => `${declaredAt(table, part)}: no image, the partition stays empty`);
  return { table, images: planned, notices };
}

/** All data of the disk in ascending order: partition table, images without their holes, backup table. */
export function diskSegments(plan: DiskPlan): Segment[] {
  const { primary, backup } = gptBytes(plan.table);
  const images = plan.table.partitions.flatMap((part) => {
    const image = plan.images.find((candidate) => candidate.partition === part.name);
    return image === undefined ? [] : fileSegments(image.path, partitionBytes(part).offset);
  });
  return [{ offset: 0, bytes: primary }, ...images, { offset: plan.table.diskBytes - backup.length, bytes: backup }];
}

/** The same data in pieces that are compressed one by one; `known` are compressed already. */
export function diskPieces(plan: DiskPlan, known: KnownPiece): Piece[] {
  const { primary, backup } = gptBytes(plan.table);
  const images = plan.table.partitions.flatMap((part) => {
    const image = plan.images.find((candidate) => candidate.partition === part.name);
    return image === undefined ? [] : filePieces(image.path, partitionBytes(part).offset, known);
  });
  return [{ segments: [{ offset: 0, bytes: primary }] }, ...images, { segments: [{ offset: plan.table.diskBytes - backup.length, bytes: backup }] }];
}
