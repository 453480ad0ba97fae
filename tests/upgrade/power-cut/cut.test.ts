import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { cutAt } from "./cut.ts";
import { DiskAtCut } from "./disk-at-cut.ts";
import { lastWitness } from "./markers.ts";
import { seededRandom } from "./random.ts";
import { readWriteLog, SECTOR_BYTES } from "./write-log.ts";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "cut-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const flush = "flush";
const [NONE, FLUSH, FUA, DISCARD] = [0n, 1n, 2n, 4n];

/** A log as QEMU's blklogwrites writes it: writes as [sector, one letter a sector, flags], and flushes. */
function writeLog(entries: readonly ([number, string, bigint?] | typeof flush)[]): string {
  const superblock = Buffer.alloc(SECTOR_BYTES);
  superblock.writeBigUInt64LE(0x6a736677736872n, 0);
  superblock.writeBigUInt64LE(1n, 8);
  superblock.writeUInt32LE(SECTOR_BYTES, 24);
  const parts = entries.flatMap((entry) => {
    const [sector, letters, flags] = entry === flush ? [0, "", FLUSH] : [entry[0], entry[1], entry[2] ?? NONE];
    const header = Buffer.alloc(SECTOR_BYTES);
    header.writeBigUInt64LE(BigInt(sector), 0);
    header.writeBigUInt64LE(BigInt(letters.length), 8);
    header.writeBigUInt64LE(flags, 16);
    return [header, ...(flags === DISCARD ? [] : [...letters].map((letter) => Buffer.alloc(SECTOR_BYTES, letter)))];
  });
  const file = path.join(folder, "log");
  fs.writeFileSync(file, Buffer.concat([superblock, ...parts]));
  return file;
}

/** What a disk of eight sectors, "." in each, holds after each of these cuts: a letter a sector. */
function disksAfter(log: string, cuts: readonly { index: number; seed: number }[]): string[] {
  const written = readWriteLog(log);
  const disk = path.join(folder, "disk");
  fs.writeFileSync(disk, ".".repeat(8 * SECTOR_BYTES));
  const at = new DiskAtCut(written, disk);
  try {
    return cuts.map(({ index, seed }) => {
      at.moveTo(cutAt(written, index, seededRandom(seed)));
      const sectors = fs.readFileSync(disk, "latin1").match(new RegExp(`[^]{${SECTOR_BYTES}}`, "g"))!;
      for (const sector of sectors) expect(sector).toBe(sector[0]!.repeat(SECTOR_BYTES));
      return sectors.map((sector) => sector[0]).join("");
    });
  } finally {
    at.close();
  }
}

const seeds = Array.from({ length: 300 }, (_, seed) => seed);

test("what was flushed is there after every cut, and nothing of what came after the cut", () => {
  const log = writeLog([[0, "ab"], flush, [4, "c"], flush, [6, "d"]]);
  expect(new Set(disksAfter(log, seeds.map((seed) => ({ index: 2, seed }))))).toEqual(new Set(["ab......"]));
  expect(new Set(disksAfter(log, seeds.map((seed) => ({ index: 4, seed }))))).toEqual(new Set(["ab..c..."]));
});

test("of what was not flushed each write is there, lost or torn, each for itself", () => {
  const log = writeLog([[0, "a"], flush, [2, "bb"], [4, "c"]]);
  const seen = new Set(disksAfter(log, seeds.map((seed) => ({ index: 4, seed }))));
  const first = ["..", "b.", ".b", "bb"].flatMap((part) => ["." , "c"].map((other) => `a.${part}${other}...`));
  expect([...seen].sort()).toEqual(first.sort());
});

test("a state that is written before its data was flushed is found, and one after is not", () => {
  const broken = writeLog([[0, "data"], [7, "S"], flush]);
  const isWrong = (disk: string): boolean => disk.endsWith("S") && !disk.startsWith("data");
  expect(disksAfter(broken, seeds.map((seed) => ({ index: 2, seed }))).filter(isWrong).length).toBeGreaterThan(30);
  const right = writeLog([[0, "data"], flush, [7, "S"], flush]);
  const all = [0, 1, 2, 3, 4].flatMap((index) => seeds.map((seed) => ({ index, seed })));
  expect(disksAfter(right, all).filter(isWrong)).toEqual([]);
});

test("a write with FUA needs no flush; a discard may be forgotten; half an entry at the end was never there", () => {
  const log = writeLog([[0, "a", FUA], [0, "x", DISCARD], [2, "bb"]]);
  fs.truncateSync(log, fs.statSync(log).size - SECTOR_BYTES);
  expect(readWriteLog(log).entries).toHaveLength(1);
  expect(new Set(disksAfter(log, seeds.map((seed) => ({ index: 1, seed }))))).toEqual(new Set(["a......."]));
});

test("the same seed cuts the same way", () => {
  const log = writeLog([[0, "abcdefgh"]]);
  const cut = { index: 1, seed: 7 };
  expect(disksAfter(log, [cut])).toEqual(disksAfter(log, [cut]));
});

test("a file that is no log is refused", () => {
  const file = path.join(folder, "log");
  fs.writeFileSync(file, Buffer.alloc(1024));
  expect(() => readWriteLog(file)).toThrow(/no write log of format 1/);
});

test("the witness that counts is the last one before the cut", () => {
  const marks = [{ index: 3, text: "1" }, { index: 9, text: "2" }];
  expect([2, 3, 8, 9, 100].map((index) => lastWitness(marks, index))).toEqual([0, 1, 1, 2, 2]);
});
