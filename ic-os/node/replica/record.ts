import { crc32 } from "node:zlib";

// One record of the state log. All numbers are little-endian.
//   0  4  "ICR1"
//   4  4  length of the payload in bytes
//   8  8  number of the record; each is one more than the one before
//  16  4  CRC-32 (IEEE 802.3) of bytes 4 to 15 and of the payload
//  20  …  payload
const magic = Buffer.from("ICR1", "latin1");
const headerBytes = 20;

/** Most bytes of a payload: what a length field may say before it is taken for garbage. */
export const maxPayloadBytes = 64 * 1024 * 1024;

/** One record as it lies in the log. */
export function encodeRecord(sequence: bigint, payload: Uint8Array): Buffer {
  const record = Buffer.alloc(headerBytes + payload.length);
  magic.copy(record);
  record.writeUInt32LE(payload.length, 4);
  record.writeBigUInt64LE(sequence, 8);
  record.set(payload, headerBytes);
  record.writeUInt32LE(checksum(record), 16);
  return record;
}

/** A record that was read. */
export interface StoredRecord {
  sequence: bigint;
  payload: Uint8Array;
  /** Offset of the byte behind it. */
  end: number;
}

/** The record at an offset, or undefined when there is no whole and sound one. */
export function decodeRecord(log: Buffer, offset: number): StoredRecord | undefined {
  if (log.length - offset < headerBytes || !log.subarray(offset, offset + 4).equals(magic)) return undefined;
  const length = log.readUInt32LE(offset + 4);
  const end = offset + headerBytes + length;
  if (length > maxPayloadBytes || end > log.length) return undefined;
  const record = log.subarray(offset, end);
  if (record.readUInt32LE(16) !== checksum(record)) return undefined;
  return { sequence: record.readBigUInt64LE(8), payload: record.subarray(headerBytes), end };
}

/** Offset of the first sound record at or behind an offset, or undefined. */
export function findRecord(log: Buffer, from: number): number | undefined {
  for (let at = log.indexOf(magic, from); at !== -1; at = log.indexOf(magic, at + 1)) {
    if (decodeRecord(log, at) !== undefined) return at;
  }
  return undefined;
}

function checksum(record: Buffer): number {
  return crc32(record.subarray(headerBytes), crc32(record.subarray(4, 16)));
}
