import { crc32 } from "node:zlib";
import { guidBytes } from "../partitions/guid.ts";
import { BACKUP_SECTORS, MAX_PARTITIONS } from "../partitions/layout.ts";
import { SECTOR_BYTES, type Partition, type PartitionTable } from "../partitions/table.ts";

// UEFI specification 2.10, chapter 5: 5.2.3 protective MBR, 5.3.2 GPT header, 5.3.3 partition entry array.
const ENTRY_BYTES = 128;
const HEADER_BYTES = 92;
const REVISION = 0x0001_0000;
const FIRST_USABLE = 34;

/** Partition type GUIDs: EFI system (UEFI 2.10 table 5.7), Linux file system data and Microsoft basic data (as in sfdisk and sgdisk). */
const TYPE_GUIDS = {
  U: "c12a7328-f81f-11d2-ba4b-00a0c93ec93b",
  L: "0fc63daf-8483-4772-8e79-3d69d8477de4",
  M: "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7",
} as const;

/** The bytes at both ends of a disk. */
export interface GptBytes {
  /** Protective MBR, header and entries: sectors 0 to 33. */
  primary: Buffer;
  /** Entries and header: the last 33 sectors. */
  backup: Buffer;
}

/** The partition table as it stands on the disk. */
export function gptBytes(table: PartitionTable): GptBytes {
  const lastSector = table.diskBytes / SECTOR_BYTES - 1;
  const backupStart = lastSector + 1 - BACKUP_SECTORS;
  const entries = Buffer.alloc(MAX_PARTITIONS * ENTRY_BYTES);
  for (const part of table.partitions) writeEntry(entries.subarray((part.number - 1) * ENTRY_BYTES), part);
  const header = (place: { own: number; other: number; entries: number }): Buffer => gptHeader(table, entries, lastSector, place);
  return {
    primary: Buffer.concat([protectiveMbr(lastSector), header({ own: 1, other: lastSector, entries: 2 }), entries]),
    backup: Buffer.concat([entries, header({ own: lastSector, other: 1, entries: backupStart })]),
  };
}

function writeEntry(entry: Buffer, part: Partition): void {
  guidBytes(TYPE_GUIDS[part.type]).copy(entry, 0);
  guidBytes(part.guid).copy(entry, 16);
  entry.writeBigUInt64LE(BigInt(part.start), 32);
  entry.writeBigUInt64LE(BigInt(part.start + part.sectors - 1), 40);
  entry.write(part.name, 56, 72, "utf16le");
}

function gptHeader(table: PartitionTable, entries: Buffer, lastSector: number, place: { own: number; other: number; entries: number }): Buffer {
  const header = Buffer.alloc(SECTOR_BYTES);
  header.write("EFI PART", 0, "latin1");
  header.writeUInt32LE(REVISION, 8);
  header.writeUInt32LE(HEADER_BYTES, 12);
  header.writeBigUInt64LE(BigInt(place.own), 24);
  header.writeBigUInt64LE(BigInt(place.other), 32);
  header.writeBigUInt64LE(BigInt(FIRST_USABLE), 40);
  header.writeBigUInt64LE(BigInt(lastSector - BACKUP_SECTORS), 48);
  guidBytes(table.diskGuid).copy(header, 56);
  header.writeBigUInt64LE(BigInt(place.entries), 72);
  header.writeUInt32LE(MAX_PARTITIONS, 80);
  header.writeUInt32LE(ENTRY_BYTES, 84);
  header.writeUInt32LE(crc32(entries), 88);
  // Last: the header's own checksum counts its field as zero.
  header.writeUInt32LE(crc32(header.subarray(0, HEADER_BYTES)), 16);
  return header;
}

/** One entry of type 0xEE over the whole disk, so that tools which know only MBR see no free space. */
function protectiveMbr(lastSector: number): Buffer {
  const mbr = Buffer.alloc(SECTOR_BYTES);
  Buffer.from([0x00, 0x00, 0x02, 0x00, 0xee, 0xff, 0xff, 0xff]).copy(mbr, 446);
  mbr.writeUInt32LE(1, 454);
  mbr.writeUInt32LE(Math.min(lastSector, 0xffff_ffff), 458);
  mbr.writeUInt16LE(0xaa55, 510);
  return mbr;
}
