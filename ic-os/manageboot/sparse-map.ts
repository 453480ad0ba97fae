import { Failure } from "../../tools/lib/failure.ts";
import { BLOCK } from "../../tools/image/tar/entry.ts";
import { readNumber } from "../../tools/image/tar/header.ts";
import type { ByteReader } from "./byte-reader.ts";

/** A run of data inside a file; between two there are zeros. */
export interface Extent {
  offset: number;
  length: number;
}

// GNU tar manual, "Storing Sparse Files": struct oldgnu_header and struct sparse_header; see tools/image/archive/sparse-header.ts.
const HEADER = { at: 386, entries: 4, isExtended: 482 };
const EXTENSION = { at: 0, entries: 21, isExtended: 504 };
const REAL_SIZE_AT = 483;

/** More than any image has that the build makes; a header that promises more is wrong. */
const MAX_EXTENTS = 1 << 18;

/** Reads the map of a sparse member, of which `header` is the first block and `stored` the bytes of data that follow the map. */
export async function readSparseMap(header: Buffer, stored: number, reader: ByteReader): Promise<{ bytes: number; extents: Extent[] }> {
  const bytes = readNumber(header.subarray(REAL_SIZE_AT, REAL_SIZE_AT + 12));
  const extents = readEntries(header, HEADER);
  for (let more = header[HEADER.isExtended] !== 0; more; ) {
    const block = await reader.take(BLOCK);
    extents.push(...readEntries(block, EXTENSION));
    if (extents.length > MAX_EXTENTS) throw new Failure(`a sparse member has more than ${MAX_EXTENTS} pieces`);
    more = block[EXTENSION.isExtended] !== 0;
  }
  let end = 0;
  for (const { offset, length } of extents) {
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < end) throw new Failure(`a sparse member is out of order: a piece at ${offset} after one that ends at ${end}`);
    end = offset + length;
  }
  const sum = extents.reduce((total, extent) => total + extent.length, 0);
  if (end > bytes || sum !== stored) throw new Failure(`a sparse member contradicts itself: ${bytes} bytes, pieces up to ${end}, ${sum} bytes of data where ${stored} follow`);
  return { bytes, extents: extents.filter((extent) => extent.length > 0) };
}

function readEntries(block: Buffer, layout: typeof HEADER): Extent[] {
  const entries: Extent[] = [];
  for (let index = 0; index < layout.entries; index++) {
    const entry = block.subarray(layout.at + index * 24);
    // An unused entry is empty; the last one may be of length 0 and mark a hole at the end.
    if (entry[0] === 0 && entry[12] === 0) break;
    entries.push({ offset: readNumber(entry.subarray(0, 12)), length: readNumber(entry.subarray(12, 24)) });
  }
  return entries;
}
