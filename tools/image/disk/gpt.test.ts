import { crc32 } from "node:zlib";
import { createHash } from "node:crypto";
import { expect, test } from "@jest/globals";
import type { PartitionTable } from "../partitions/table.ts";
import { gptBytes } from "./gpt.ts";

const TABLE: PartitionTable = {
  file: "partitions.csv",
  diskGuid: "00112233-4455-6677-8899-aabbccddeeff",
  diskBytes: 50 * 2 ** 30,
  partitions: [
    { number: 1, name: "esp", start: 2048, sectors: 4096, type: "U", guid: "11111111-1111-4111-8111-111111111111", line: 1 },
    { number: 2, name: "A_root", start: 6144, sectors: 20971520, type: "L", guid: "22222222-2222-4222-8222-222222222222", line: 2 },
  ],
};
const LAST = TABLE.diskBytes / 512 - 1;
const { primary, backup } = gptBytes(TABLE);

/** The fields of a header, read as UEFI 2.10 table 5.5 describes them. */
function header(bytes: Buffer) {
  const sector = (at: number): number => Number(bytes.readBigUInt64LE(at));
  const unsigned = Buffer.from(bytes.subarray(0, 92));
  unsigned.writeUInt32LE(0, 16);
  return {
    signature: bytes.toString("latin1", 0, 8),
    revision: bytes.readUInt32LE(8),
    size: bytes.readUInt32LE(12),
    crcFits: crc32(unsigned) === bytes.readUInt32LE(16),
    reserved: bytes.readUInt32LE(20),
    own: sector(24),
    other: sector(32),
    firstUsable: sector(40),
    lastUsable: sector(48),
    guid: bytes.toString("hex", 56, 72),
    entries: sector(72),
    count: bytes.readUInt32LE(80),
    entrySize: bytes.readUInt32LE(84),
    entriesCrc: bytes.readUInt32LE(88),
    restIsZero: bytes.subarray(92, 512).every((byte) => byte === 0),
  };
}

const COMMON = {
  ...{ signature: "EFI PART", revision: 0x10000, size: 92, crcFits: true, reserved: 0, firstUsable: 34, lastUsable: LAST - 33 },
  ...{ guid: "33221100554477668899aabbccddeeff", count: 128, entrySize: 128, restIsZero: true },
};

test("the primary header", () => {
  expect(header(primary.subarray(512))).toEqual({ ...COMMON, own: 1, other: LAST, entries: 2, entriesCrc: crc32(primary.subarray(1024)) });
});

test("the backup header stands in the last sector, its entries before it", () => {
  expect(header(backup.subarray(32 * 512))).toEqual({ ...COMMON, own: LAST, other: 1, entries: LAST - 32, entriesCrc: crc32(backup.subarray(0, 32 * 512)) });
});

test("both copies of the entries are equal and fill 32 sectors", () => {
  expect(primary.length).toBe(34 * 512);
  expect(backup.length).toBe(33 * 512);
  expect(primary.subarray(1024).equals(backup.subarray(0, 32 * 512))).toBe(true);
});

test("an entry: type, GUID, first and last sector, attributes, name", () => {
  const entry = primary.subarray(1024 + 128, 1024 + 256);
  expect(entry.toString("hex", 0, 16)).toBe("af3dc60f838472478e793d69d8477de4");
  expect(entry.toString("hex", 16, 32)).toBe("22222222222222428222222222222222");
  expect([entry.readBigUInt64LE(32), entry.readBigUInt64LE(40), entry.readBigUInt64LE(48)]).toEqual([6144n, 20977663n, 0n]);
  expect(entry.toString("utf16le", 56).replace(/\0+$/, "")).toBe("A_root");
});

test("the protective MBR covers the disk with one entry of type EE", () => {
  const mbr = primary.subarray(0, 512);
  expect(mbr.toString("hex", 446, 462)).toBe(`00000200eeffffff01000000${Buffer.from(Uint32Array.of(LAST).buffer).toString("hex")}`);
  expect(mbr.toString("hex", 510)).toBe("55aa");
  expect([...mbr.subarray(0, 446), ...mbr.subarray(462, 510)].every((byte) => byte === 0)).toBe(true);
});

test("the MBR of a disk beyond 2 TiB says as much as it can", () => {
  const { primary: large } = gptBytes({ ...TABLE, diskBytes: 4 * 2 ** 40 });
  expect(large.readUInt32LE(458)).toBe(0xffffffff);
});

test("golden: every byte, as sgdisk and sfdisk accepted them", () => {
  expect(createHash("sha256").update(primary).update(backup).digest("hex")).toBe("07fd2f2599e1d2efe5e4809d6e93d4f78e89298f5c05250fec00eee2d8dc2680");
});
