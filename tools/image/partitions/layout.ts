import { formatSize } from "./size.ts";
import { SECTOR_BYTES, type Partition, type PartitionTable } from "./table.ts";

/** Every start and size is a multiple of 1 MiB: what partitioning tools align to, and a multiple of any flash or RAID block. */
const ALIGNMENT_SECTORS = 2048;

/** Sectors after the last usable one: 32 of backup entries and the backup header (UEFI 2.10, 5.3.1). */
export const BACKUP_SECTORS = 33;

/** GPT entries that the table on disk has room for. */
export const MAX_PARTITIONS = 128;

/** Problems between partitions and with the disk, each with file and line: overlap, order, alignment, end of disk, duplicates. */
export function findLayoutProblems(table: PartitionTable): string[] {
  const at = (part: Partition, problem: string): string => `${table.file}:${part.line}: ${part.name}: ${problem}`;
  const problems: string[] = [];
  const lastUsable = table.diskBytes / SECTOR_BYTES - BACKUP_SECTORS - 1;
  for (const [index, part] of table.partitions.entries()) {
    for (const [column, sectors] of [["start", part.start], ["size", part.sectors]] as const) {
      if (sectors % ALIGNMENT_SECTORS !== 0 || (column === "start" && sectors === 0)) {
        problems.push(at(part, `${column}: expected a multiple of ${ALIGNMENT_SECTORS} sectors (1 MiB) above 0, got ${sectors}`));
      }
    }
    const last = part.start + part.sectors - 1;
    if (last > lastUsable) {
      problems.push(at(part, `ends ${sectorSize(last - lastUsable)} past the end of the disk: last sector ${last}, last usable ${lastUsable} of a ${formatSize(table.diskBytes)} disk`));
    }
    const previous = table.partitions[index - 1];
    if (previous !== undefined && part.start < previous.start) {
      problems.push(at(part, `out of order: starts at sector ${part.start}, before ${previous.name} (line ${previous.line}) at ${previous.start}`));
    }
  }
  if (table.partitions.length > MAX_PARTITIONS) problems.push(`${table.file}: expected at most ${MAX_PARTITIONS} partitions, got ${table.partitions.length}`);
  return [...problems, ...findOverlaps(table.partitions, at), ...findDuplicates(table, at)];
}

function findOverlaps(partitions: readonly Partition[], at: (part: Partition, problem: string) => string): string[] {
  return partitions.flatMap((part, index) =>
    partitions.slice(0, index).flatMap((other) => {
      const shared = Math.min(part.start + part.sectors, other.start + other.sectors) - Math.max(part.start, other.start);
      return shared > 0 ? [at(part, `overlaps ${other.name} (line ${other.line}) by ${sectorSize(shared)}`)] : [];
    }),
  );
}

function findDuplicates(table: PartitionTable, at: (part: Partition, problem: string) => string): string[] {
  return table.partitions.flatMap((part, index) => {
    const before = table.partitions.slice(0, index);
    const sameName = before.find((other) => other.name === part.name);
    const sameGuid = before.find((other) => other.guid === part.guid);
    return [
      ...(sameName === undefined ? [] : [at(part, `name is used already in line ${sameName.line}`)]),
      ...(sameGuid === undefined ? [] : [at(part, `uuid ${part.guid} is used already by ${sameGuid.name} (line ${sameGuid.line})`)]),
      ...(part.guid === table.diskGuid ? [at(part, `uuid ${part.guid} is the disk's own`)] : []),
    ];
  });
}

function sectorSize(sectors: number): string {
  return `${sectors} sectors (${formatSize(sectors * SECTOR_BYTES)})`;
}
