import fs from "node:fs";

/** A range of bytes of a file or of a buffer, read on demand: images are too large to hold. */
export interface Bytes {
  size: number;
  /** The file that holds the range, for programs that read files; undefined for a buffer and for a part of a file. */
  file?: string;
  /** `length` bytes at `at`, fewer at the end. */
  read(at: number, length: number): Buffer;
  /** A part; reading behind the end gives nothing. */
  slice(at: number, size: number): Bytes;
}

/** A whole file. It stays open until the process ends. */
export function fileBytes(file: string): Bytes {
  const fd = fs.openSync(file, "r");
  return { ...range(fd, 0, fs.fstatSync(fd).size), file };
}

/** Bytes in memory. */
export function bufferBytes(buffer: Buffer): Bytes {
  return {
    size: buffer.length,
    read: (at, length) => buffer.subarray(at, at + length),
    slice: (at, size) => bufferBytes(buffer.subarray(at, at + size)),
  };
}

/** A file with holes, of which only the data is stored: `extents` say where each piece of `stored`, in its order, belongs. */
export function sparseBytes(stored: Bytes, extents: readonly { offset: number; length: number }[], size: number): Bytes {
  const part = (start: number, bytes: number): Bytes => ({
    size: bytes,
    read(at, length) {
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, bytes - at)));
      let from = 0;
      for (const { offset, length: piece } of extents) {
        const begin = Math.max(offset, start + at);
        const end = Math.min(offset + piece, start + at + buffer.length);
        if (begin < end) stored.read(from + begin - offset, end - begin).copy(buffer, begin - start - at);
        from += piece;
      }
      return buffer;
    },
    slice: (at, length) => part(start + Math.min(at, bytes), Math.max(0, Math.min(length, bytes - at))),
  });
  return part(0, size);
}

/** Where two ranges first differ; undefined when they are the same. The end of the shorter one is a difference. */
export function firstDifference(a: Bytes, b: Bytes): number | undefined {
  const step = 1 << 20;
  for (let at = 0; at < Math.max(a.size, b.size); at += step) {
    const one = a.read(at, step);
    const other = b.read(at, step);
    if (one.equals(other)) continue;
    for (let i = 0; ; i++) if (one[i] !== other[i]) return at + i;
  }
  return undefined;
}

function range(fd: number, offset: number, size: number): Bytes {
  return {
    size,
    read(at, length) {
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - at)));
      const count = buffer.length === 0 ? 0 : fs.readSync(fd, buffer, 0, buffer.length, offset + at);
      return buffer.subarray(0, count);
    },
    slice: (at, length) => range(fd, offset + Math.min(at, size), Math.max(0, Math.min(length, size - at))),
  };
}
