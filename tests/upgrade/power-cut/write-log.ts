import fs from "node:fs";
import { Failure } from "../../../tools/lib/failure.ts";

/** What the guest's disk was asked to do. */
export type LogEntry =
  /** `at`: where the data lies in the log. `forced`: it was on the medium when it was answered (FUA). */
  | { kind: "write"; sector: number; sectors: number; at: number; forced: boolean }
  /** Everything that was answered before is on the medium. */
  | { kind: "flush" };

/** What a disk did between two moments, in order. */
export interface WriteLog {
  file: string;
  entries: readonly LogEntry[];
}

export const SECTOR_BYTES = 512;

// Documentation/admin-guide/device-mapper/log-writes.rst and drivers/md/dm-log-writes.c: struct log_write_super, struct log_write_entry.
const MAGIC = 0x6a736677736872n;
const FLUSH = 1n;
const FUA = 2n;
const DISCARD = 4n;

/** Reads what `Drive.writeLog` recorded. Discards are left out: a disk may forget what was discarded, or not. */
export function readWriteLog(file: string): WriteLog {
  const fd = fs.openSync(file, "r");
  try {
    const size = fs.fstatSync(fd).size;
    const header = Buffer.alloc(SECTOR_BYTES);
    fs.readSync(fd, header, 0, SECTOR_BYTES, 0);
    if (header.readBigUInt64LE(0) !== MAGIC || header.readBigUInt64LE(8) !== 1n || header.readUInt32LE(24) !== SECTOR_BYTES) throw new Failure(`${file} is no write log of format 1 with sectors of ${SECTOR_BYTES} bytes`);
    const entries: LogEntry[] = [];
    // QEMU counts the entries in the header now and then only: what is there counts.
    for (let at = SECTOR_BYTES; at + SECTOR_BYTES <= size; ) {
      fs.readSync(fd, header, 0, 32, at);
      const sector = Number(header.readBigUInt64LE(0));
      const sectors = Number(header.readBigUInt64LE(8));
      const flags = header.readBigUInt64LE(16);
      at += SECTOR_BYTES;
      if ((flags & FLUSH) !== 0n) entries.push({ kind: "flush" });
      if (sectors === 0 || (flags & DISCARD) !== 0n) continue;
      if (at + sectors * SECTOR_BYTES > size) break;
      entries.push({ kind: "write", sector, sectors, at, forced: (flags & FUA) !== 0n });
      at += sectors * SECTOR_BYTES;
    }
    return { file, entries };
  } finally {
    fs.closeSync(fd);
  }
}

/** The data of a write, or of some of its sectors. */
export function readData(fd: number, entry: Extract<LogEntry, { kind: "write" }>, first = 0, sectors = entry.sectors): Buffer {
  const data = Buffer.alloc(sectors * SECTOR_BYTES);
  fs.readSync(fd, data, 0, data.length, entry.at + first * SECTOR_BYTES);
  return data;
}
