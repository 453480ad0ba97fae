import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { fileSegments, HOLE_BYTES, isZero, segmentChunks } from "./segments.ts";

let folder = "";
beforeEach(() => void (folder = fs.mkdtempSync(path.join(os.tmpdir(), "segments-"))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

function file(bytes: Buffer): string {
  const name = path.join(folder, "file");
  fs.writeFileSync(name, bytes);
  return name;
}

test("zero detection looks at every byte", () => {
  const block = Buffer.alloc(HOLE_BYTES);
  expect(isZero(block)).toBe(true);
  for (const at of [0, 1, HOLE_BYTES / 2, HOLE_BYTES - 1]) {
    block[at] = 1;
    expect(isZero(block)).toBe(false);
    block[at] = 0;
  }
  expect(isZero(Buffer.alloc(5))).toBe(true);
});

test("a file of zeros has no data, an empty file neither", () => {
  expect(fileSegments(file(Buffer.alloc(5 * HOLE_BYTES + 7)))).toEqual([]);
  expect(fileSegments(file(Buffer.alloc(0)))).toEqual([]);
});

test("runs are joined, also across the reader's buffer, and shifted by the offset", () => {
  const bytes = Buffer.alloc(40 * HOLE_BYTES);
  bytes[0] = 1; // block 0
  bytes.fill(2, 14 * HOLE_BYTES, 18 * HOLE_BYTES); // blocks 14 to 17; the buffer has 16
  bytes[40 * HOLE_BYTES - 1] = 3; // block 39
  const name = file(bytes);
  expect(fileSegments(name, 1000)).toEqual([
    { offset: 1000, length: HOLE_BYTES, file: name, fileOffset: 0 },
    { offset: 1000 + 14 * HOLE_BYTES, length: 4 * HOLE_BYTES, file: name, fileOffset: 14 * HOLE_BYTES },
    { offset: 1000 + 39 * HOLE_BYTES, length: HOLE_BYTES, file: name, fileOffset: 39 * HOLE_BYTES },
  ]);
});

test("a last block that is not whole keeps its length", () => {
  const name = file(Buffer.concat([Buffer.alloc(HOLE_BYTES), Buffer.from("end")]));
  expect(fileSegments(name)).toEqual([{ offset: HOLE_BYTES, length: 3, file: name, fileOffset: HOLE_BYTES }]);
});

test("chunks give a segment's bytes", () => {
  const bytes = Buffer.from(Array.from({ length: 3 * 2 ** 20 + 5 }, (_, index) => index % 251));
  const chunks = Array.from(segmentChunks({ offset: 0, length: bytes.length - 3, file: file(bytes), fileOffset: 3 }), (chunk) => Buffer.from(chunk));
  expect(Buffer.concat(chunks).equals(bytes.subarray(3))).toBe(true);
  expect(Math.max(...chunks.map((chunk) => chunk.length))).toBe(2 ** 20);
});

test("a file that shrinks while it is read is an error, not zeros", () => {
  const name = file(Buffer.from("short"));
  expect(() => [...segmentChunks({ offset: 0, length: 6, file: name, fileOffset: 0 })]).toThrow("became shorter");
});
