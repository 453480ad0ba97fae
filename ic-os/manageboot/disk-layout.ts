import fs from "node:fs";
import path from "node:path";
import { crc32 } from "node:zlib";
import { Failure } from "../../tools/lib/failure.ts";
import type { LayoutPartition } from "../../tools/image/update/manifest.ts";
import type { System } from "./system.ts";

const SECTOR_BYTES = 512;

/** The partitions of the disk that this system was booted from, as its GPT says (UEFI 2.10, 5.3.2 and 5.3.3). */
export function diskLayout(system: System): LayoutPartition[] {
  const disk = system.disk ?? wholeDisk(system);
  const fd = fs.openSync(disk, "r");
  try {
    const header = read(fd, SECTOR_BYTES, SECTOR_BYTES);
    const headerBytes = header.readUInt32LE(12);
    const copy = Buffer.from(header.subarray(0, Math.min(headerBytes, SECTOR_BYTES)));
    copy.fill(0, 16, 20);
    if (header.toString("latin1", 0, 8) !== "EFI PART" || crc32(copy) !== header.readUInt32LE(16)) {
      throw new Failure(`${disk}: the partition table is damaged; the firmware mends it from its copy`, { hint: "systemctl reboot" });
    }
    const entryBytes = header.readUInt32LE(84);
    const entries = read(fd, Number(header.readBigUInt64LE(72)) * SECTOR_BYTES, header.readUInt32LE(80) * entryBytes);
    return Array.from({ length: entries.length / entryBytes }, (_, index) => readEntry(entries.subarray(index * entryBytes), index + 1)).filter((part) => part !== undefined);
  } finally {
    fs.closeSync(fd);
  }
}

function readEntry(entry: Buffer, number: number): LayoutPartition | undefined {
  const type = entry.subarray(0, 16);
  if (type.every((byte) => byte === 0)) return undefined;
  const sectors = Number(entry.readBigUInt64LE(40) - entry.readBigUInt64LE(32)) + 1;
  return { number, name: entry.toString("utf16le", 56, 128).replace(/\0.*$/s, ""), guid: guid(entry.subarray(16, 32)), bytes: sectors * SECTOR_BYTES };
}

/** GPT stores the first three groups little-endian (UEFI 2.10, appendix A). */
function guid(bytes: Buffer): string {
  const swapped = Buffer.concat([Buffer.from(bytes.subarray(0, 4)).reverse(), Buffer.from(bytes.subarray(4, 6)).reverse(), Buffer.from(bytes.subarray(6, 8)).reverse(), bytes.subarray(8)]);
  return swapped.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function read(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  fs.readSync(fd, bytes, 0, length, position);
  return bytes;
}

/** sysfs has a partition in the folder of its disk. */
function wholeDisk(system: System): string {
  const partition = path.basename(fs.realpathSync(path.join(system.partitions, "config")));
  return `/dev/${path.basename(path.dirname(fs.realpathSync(`/sys/class/block/${partition}`)))}`;
}
