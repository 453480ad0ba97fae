import fs from "node:fs";
import * as z from "zod";

/** Bytes of a sector: the unit of partitions.csv and of GPT on every disk the project makes. */
export const SECTOR_BYTES = 512;

const partition = z.strictObject({
  /** 1-based: /dev/vda<number>, GRUB's gpt<number>. */
  number: z.int().positive(),
  name: z.string(),
  /** First sector. */
  start: z.int().nonnegative(),
  /** Length in sectors. */
  sectors: z.int().positive(),
  /** U: EFI system, L: Linux, M: Microsoft basic data. */
  type: z.enum(["U", "L", "M"]),
  guid: z.string(),
  /** Line of partitions.csv that declares it, 1-based. */
  line: z.int().positive(),
});

const partitionTable = z.strictObject({
  /** The partitions.csv it was read from, for messages. */
  file: z.string(),
  diskGuid: z.string(),
  /** Nominal size of the whole disk. */
  diskBytes: z.int().positive(),
  partitions: z.array(partition),
});

/** One validated line of partitions.csv. */
export type Partition = z.infer<typeof partition>;

/** A validated partition table: nothing overlaps, everything fits on the disk. */
export type PartitionTable = z.infer<typeof partitionTable>;

/** Shape of a partition table inside other JSON files. */
export const partitionTableSchema = partitionTable;

/** Reads the JSON that the `partition_table` rule writes. */
export function readPartitionTable(file: string): PartitionTable {
  return partitionTable.parse(JSON.parse(fs.readFileSync(file, "utf8")));
}

/** Offset and size of a partition on the disk, in bytes. */
export function partitionBytes(part: Partition): { offset: number; length: number } {
  return { offset: part.start * SECTOR_BYTES, length: part.sectors * SECTOR_BYTES };
}

/** `partitions.csv:7 (A_boot)`: where a partition is declared. */
export function declaredAt(table: PartitionTable, part: Partition): string {
  return `${table.file}:${part.line} (${part.name})`;
}
