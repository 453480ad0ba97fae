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
      for (let start = 0; start < read; start += HOLE_BYTES) {
        const block = buffer.subarray(start, Math.min(read, start + HOLE_BYTES));
        if (isZero(block)) continue;
        const fileOffset = position + start;
        const last = segments.at(-1);
        if (last !== undefined && last.fileOffset + last.length === fileOffset) last.length += block.length;
        else segments.push({ offset: offset + fileOffset, length: block.length, file, fileOffset });
      }
    }
  } finally {
    fs.closeSync(fd);
  }
  return segments;
}

/** Whether a block of at most 64 KiB holds only zeros. `equals` is memcmp: it stops at the first other byte. */
export function isZero(block: Buffer): boolean {
  return block.equals(ZEROS.subarray(0, block.length));
}

/** The bytes of a segment in pieces of at most 1 MiB. Each piece is a buffer of its own, so that a stream may keep it. */
export function* segmentChunks(segment: Segment): Generator<Uint8Array> {
  if ("bytes" in segment) {
    yield segment.bytes;
    return;
  }
  const fd = fs.openSync(segment.file, "r");
  try {
    for (let done = 0; done < segment.length; ) {
      const chunk = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, segment.length - done));
      if (readFully(fd, chunk, segment.fileOffset + done) < chunk.length) throw new Error(`${segment.file} became shorter while it was read`);
      yield chunk;
      done += chunk.length;
    }
  } finally {
    fs.closeSync(fd);
  }
}

/** Fills the buffer from the file as far as the file goes; a single read may return less than asked. */
function readFully(fd: number, buffer: Buffer, position: number): number {
  let filled = 0;
  for (let read; filled < buffer.length && (read = fs.readSync(fd, buffer, filled, buffer.length - filled, position + filled)) > 0; ) filled += read;
  return filled;
}
