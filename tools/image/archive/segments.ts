import fs from "node:fs";

/** A run of bytes at an offset of a disk or archive member. What no segment covers is a hole and reads as zeros. */
export type Segment = { offset: number; bytes: Uint8Array } | { offset: number; length: number; file: string; fileOffset: number };

/** Granularity of holes: 64 KiB keeps the extent list short and loses under 1 % of what 4 KiB would find in our images. */
export const HOLE_BYTES = 64 * 1024;

const ZEROS = Buffer.alloc(HOLE_BYTES);
const READ_BYTES = 16 * HOLE_BYTES;

/** Number of bytes in a segment. */
export function segmentLength(segment: Segment): number {
  return "bytes" in segment ? segment.bytes.length : segment.length;
}

/** The data of a file as segments that begin at `offset`; blocks of zeros are left out. Found by reading, as Bazel's caches fill holes. */
export function fileSegments(file: string, offset = 0): Segment[] {
  const segments: { offset: number; length: number; file: string; fileOffset: number }[] = [];
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  const fd = fs.openSync(file, "r");
  try {
    for (let position = 0, read; (read = readFully(fd, buffer, position)) > 0; position += read) {
      for (const [start, length] of dataRuns(buffer.subarray(0, read))) {
        const fileOffset = position + start;
        const last = segments.at(-1);
        if (last !== undefined && last.fileOffset + last.length === fileOffset) last.length += length;
        else segments.push({ offset: offset + fileOffset, length, file, fileOffset });
      }
    }
  } finally {
    fs.closeSync(fd);
  }
  return segments;
}

/** Where bytes are not zero, by blocks of HOLE_BYTES: offset and length of each run. */
export function dataRuns(bytes: Buffer): [number, number][] {
  const runs: [number, number][] = [];
  for (let start = 0; start < bytes.length; start += HOLE_BYTES) {
    const block = bytes.subarray(start, start + HOLE_BYTES);
    if (isZero(block)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === start) last[1] += block.length;
    else runs.push([start, block.length]);
  }
  return runs;
}

/** Whether a block of at most 64 KiB holds only zeros. `equals` is memcmp: it stops at the first other byte. */
export function isZero(block: Buffer): boolean {
  return block.equals(ZEROS.subarray(0, block.length));
}

/** The bytes of a segment in pieces of at most 1 MiB. A piece is valid until the next one is asked for: its memory is used again. */
export function* segmentChunks(segment: Segment): Generator<Uint8Array> {
  if ("bytes" in segment) {
    yield segment.bytes;
    return;
  }
  const buffer = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, segment.length));
  const fd = fs.openSync(segment.file, "r");
  try {
    for (let done = 0; done < segment.length; ) {
      const chunk = buffer.subarray(0, Math.min(buffer.length, segment.length - done));
      if (readFully(fd, chunk, segment.fileOffset + done) < chunk.length) throw new Error(`${segment.file} became shorter while it was read`);
      yield chunk;
      done += chunk.length;
    }
  } finally {
    fs.closeSync(fd);
  }
}

/** Fills the buffer from the file as far as the file goes; a single read may return less than asked. */
export function readFully(fd: number, buffer: Buffer, position: number): number {
  let filled = 0;
  for (let read; filled < buffer.length && (read = fs.readSync(fd, buffer, filled, buffer.length - filled, position + filled)) > 0; ) filled += read;
  return filled;
}
