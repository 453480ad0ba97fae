import fs from "node:fs";
import { Failure } from "../../lib/failure.ts";
import { formatGrubenv, GRUBENV_BYTES, GRUBENV_SIGNATURE, parseGrubenv } from "../grub/grubenv.ts";
import { partitionBytes, SECTOR_BYTES, type PartitionTable } from "../partitions/table.ts";

/** The variable of grubenv that grub.cfg appends to the kernel command line of either slot. */
export const EXTRA_BOOT_ARGS = "extra_boot_args";

/** Adds kernel arguments to a disk that is not running, in place: no file system is touched, only the environment block's bytes. */
export function appendKernelArguments(disk: string, table: PartitionTable, args: string): void {
  const grub = table.partitions.find((part) => part.name === "grub");
  if (grub === undefined) throw new Failure(`${table.file} has no partition named grub: kernel arguments cannot be appended`);
  setGrubenv(disk, partitionBytes(grub), new Map([[EXTRA_BOOT_ARGS, args]]));
}

/** Sets variables in the one grubenv of a partition; others keep their values. An empty value removes a variable. */
export function setGrubenv(disk: string, partition: { offset: number; length: number }, changes: ReadonlyMap<string, string>): void {
  const fd = fs.openSync(disk, "r+");
  try {
    const { offset, block } = findGrubenv(fd, disk, partition);
    const variables = new Map([...parseGrubenv(block), ...changes]);
    for (const [name, value] of changes) if (value === "") variables.delete(name);
    fs.writeSync(fd, formatGrubenv(variables), 0, GRUBENV_BYTES, offset);
  } finally {
    fs.closeSync(fd);
  }
}

/** Variables of the one grubenv of a partition. */
export function readGrubenv(disk: string, partition: { offset: number; length: number }): Map<string, string> {
  const fd = fs.openSync(disk, "r");
  try {
    return parseGrubenv(findGrubenv(fd, disk, partition).block);
  } finally {
    fs.closeSync(fd);
  }
}

/** A file of 1024 bytes lies in one block of ext4 or one cluster of FAT: its bytes are together, and no file system needs to be read. */
function findGrubenv(fd: number, disk: string, partition: { offset: number; length: number }): { offset: number; block: Buffer } {
  const signature = Buffer.from(GRUBENV_SIGNATURE);
  const found: { offset: number; block: Buffer }[] = [];
  const step = 1 << 20;
  // Windows overlap, so that a block on the border of two is whole in the first.
  const window = Buffer.alloc(step + GRUBENV_BYTES);
  for (let position = 0; position < partition.length; position += step) {
    const wanted = Math.min(window.length, partition.length - position);
    const data = window.subarray(0, fs.readSync(fd, window, 0, wanted, partition.offset + position));
    for (let at = data.indexOf(signature); at !== -1 && at < step; at = data.indexOf(signature, at + 1)) {
      const block = Buffer.from(data.subarray(at, at + GRUBENV_BYTES));
      if (at % SECTOR_BYTES === 0 && block.length === GRUBENV_BYTES) found.push({ offset: partition.offset + position + at, block });
    }
  }
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Failure(`${disk}: expected one grubenv in the partition at byte ${partition.offset}, found ${found.length}`);
  }
  return only;
}
