import { expect, test } from "@jest/globals";
import { sparseHeader, type Extent } from "./sparse-header.ts";

const MEMBER = { name: "disk.img", mode: 0o644, mtime: 1700000000, bytes: 53687091200 };

/** A 12-byte field: octal text, or base-256 when its first bit is set. */
function readTarNumber(field: Buffer): number {
  return (field[0]! & 0x80) === 0 ? Number.parseInt(`0${field.toString("latin1").replace(/\0.*/, "")}`, 8) : Number(field.readBigUInt64BE(4));
}

/** Reads a sparse header as the GNU tar manual describes it, independently of the writer's constants. */
function read(header: Buffer): { type: string; stored: number; real: number; extents: Extent[]; blocks: number } {
  const entry = (at: number): Extent => ({ offset: readTarNumber(header.subarray(at, at + 12)), length: readTarNumber(header.subarray(at + 12, at + 24)) });
  const extents = [386, 410, 434, 458].map(entry);
  let blocks = 1;
  for (let more = header[482]; more === 1; more = header[blocks++ * 512 + 504]) {
    for (let index = 0; index < 21; index++) extents.push(entry(blocks * 512 + index * 24));
  }
  const used = extents.findLastIndex(({ offset, length }) => offset !== 0 || length !== 0);
  return { type: String.fromCharCode(header[156]!), stored: readTarNumber(header.subarray(124, 136)), real: readTarNumber(header.subarray(483, 495)), extents: extents.slice(0, used + 1), blocks };
}

const extents = (count: number): Extent[] => Array.from({ length: count }, (_, index) => ({ offset: index * 1048576, length: 65536 }));

test.each([[1, 1], [3, 1], [4, 2], [24, 2], [25, 3], [46, 4]])("%d extents and the final one take %d blocks", (count, blocks) => {
  const header = sparseHeader(MEMBER, extents(count));
  expect(header.length).toBe(blocks * 512);
  expect(read(header)).toEqual({ type: "S", stored: count * 65536, real: MEMBER.bytes, extents: [...extents(count), { offset: MEMBER.bytes, length: 0 }], blocks });
});

test("a file that ends with data needs no final entry", () => {
  const last = { offset: MEMBER.bytes - 512, length: 512 };
  expect(read(sparseHeader(MEMBER, [last])).extents).toEqual([last]);
});

test("numbers from 8 GiB on are base-256", () => {
  const header = sparseHeader(MEMBER, [{ offset: 8 ** 11, length: 512 }]);
  expect(header.subarray(386, 398).toString("hex")).toBe("800000000000000200000000");
  expect(header.toString("latin1", 398, 410)).toBe("00000001000\0");
});

test("the checksum counts its own field as spaces", () => {
  const header = sparseHeader(MEMBER, []);
  const stored = Number.parseInt(header.toString("latin1", 148, 154), 8);
  header.fill(0x20, 148, 156);
  expect(header.subarray(0, 512).reduce((sum, byte) => sum + byte, 0)).toBe(stored);
});
