import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { constants, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { missingZstdEnd } from "./zstd-end.ts";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "zstd-end-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function missing(content: Buffer): string | undefined {
  const file = path.join(folder, "file");
  fs.writeFileSync(file, content);
  return missingZstdEnd(file);
}

// Raw blocks, a run of one byte, and compressed blocks; with and without a checksum and a content size.
const content = Buffer.concat([randomBytes(300_000), Buffer.alloc(400_000), Buffer.from("some text ".repeat(40_000))]);
const frame = (checksum: number, contentSize: number, data = content): Buffer => zstdCompressSync(data, { params: { [constants.ZSTD_c_checksumFlag]: checksum, [constants.ZSTD_c_contentSizeFlag]: contentSize } });

test.each([[0, 0], [1, 0], [0, 1], [1, 1]])("a whole frame ends where it should, a shorter one does not (checksum %d, content size %d)", (checksum, contentSize) => {
  const whole = frame(checksum, contentSize);
  expect(missing(whole)).toBeUndefined();
  for (const cut of [1, 2, 3, 5, 100, 100_000, whole.length - 5]) expect(missing(whole.subarray(0, whole.length - cut))).toMatch(/cut short: it has \d+ bytes/);
});

test("small contents, several frames, and one that is skipped", () => {
  for (const bytes of [0, 1, 255, 256, 300, 70_000]) expect(missing(frame(1, 1, Buffer.alloc(bytes, "x")))).toBeUndefined();
  const skipped = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const several = Buffer.concat([frame(1, 0), skipped, frame(0, 1)]);
  expect(missing(several)).toBeUndefined();
  expect(missing(several.subarray(0, several.length - 1))).toMatch(/cut short/);
  expect(missing(Buffer.concat([frame(0, 0), Buffer.from("no frame at all")]))).toMatch(/cut short/);
});

test("what is no zstd is nothing to judge", () => {
  expect(missing(Buffer.alloc(0))).toBeUndefined();
  expect(missing(Buffer.from("a tar, perhaps"))).toBeUndefined();
});
