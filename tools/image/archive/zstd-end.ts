import fs from "node:fs";

// RFC 8878, section 3.1: frames, one after the other, each a header, blocks with their lengths, and perhaps a checksum.
const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const LONGEST_FRAME_HEADER = 14;

/**
 * Whether a file of zstd frames ends where its last frame does. Undefined when it does, or is no zstd at all; otherwise what is missing.
 * Only the lengths in it are read, some kilobytes of a big file: a download that was cut short is found before any of it is used. Not for
 * changed contents: those have checksums.
 */
export function missingZstdEnd(file: string): string | undefined {
  const fd = fs.openSync(file, "r");
  try {
    const size = fs.fstatSync(fd).size;
    const read = (at: number, bytes: number): Buffer => {
      const data = Buffer.alloc(bytes);
      return data.subarray(0, fs.readSync(fd, data, 0, bytes, at));
    };
    if (size < 4 || !isFrame(read(0, 4))) return undefined;
    let at = 0;
    while (at < size) {
      const end = frameEnd(read, at);
      if (end === undefined || end > size) return `the compressed data was cut short: it has ${size} bytes and goes on behind them`;
      at = end;
    }
    return undefined;
  } finally {
    fs.closeSync(fd);
  }
}

function isFrame(magic: Buffer): boolean {
  return magic.readUInt32LE(0) === FRAME_MAGIC || isSkippable(magic);
}

function isSkippable(magic: Buffer): boolean {
  return (magic.readUInt32LE(0) & 0xfffffff0) === SKIPPABLE_MAGIC;
}

/** Where a frame ends by the lengths in it; undefined when the file ends before they are known, or something else begins there. */
function frameEnd(read: (at: number, bytes: number) => Buffer, start: number): number | undefined {
  const header = read(start, LONGEST_FRAME_HEADER + 4);
  if (header.length < 8 || !isFrame(header)) return undefined;
  if (isSkippable(header)) return start + 8 + header.readUInt32LE(4);
  const descriptor = header[4]!;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const contentSize = descriptor >> 6 === 0 ? Number(isSingleSegment) : 1 << (descriptor >> 6);
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  let at = start + 5 + Number(!isSingleSegment) + dictionary + contentSize;
  for (let isLast = false; !isLast; ) {
    const block = read(at, 3);
    if (block.length < 3) return undefined;
    const bits = block.readUIntLE(0, 3);
    isLast = (bits & 1) === 1;
    const isRunLength = ((bits >> 1) & 3) === 1;
    at += 3 + (isRunLength ? 1 : bits >> 3);
  }
  return at + ((descriptor & 4) === 0 ? 0 : 4);
}
