import { BLOCK_BYTES, sealHeader, tarHeader, tarNumber } from "./tar-header.ts";

/** A run of data inside a sparse file. */
export interface Extent {
  offset: number;
  length: number;
}

// GNU tar manual, appendix "Storing Sparse Files", "Old GNU Format" and struct oldgnu_header / struct sparse_header in tar.h.
const HEADER_MAP = { at: 386, entries: 4, isExtended: 482 };
const EXTENSION_MAP = { at: 0, entries: 21, isExtended: 504 };
const REAL_SIZE_AT = 483;
const ENTRY_BYTES = 24;

/** Header of a sparse member: what GNU tar --sparse --format=gnu writes. Holes cost nothing, in the archive or after extraction. */
export function sparseHeader(member: { name: string; mode: number; mtime: number; bytes: number }, extents: readonly Extent[]): Buffer {
  const stored = extents.reduce((sum, extent) => sum + extent.length, 0);
  const header = tarHeader({ name: member.name, mode: member.mode, mtime: member.mtime, size: stored, type: "S" });
  tarNumber(member.bytes).copy(header, REAL_SIZE_AT);
  const map = endsWithHole(member.bytes, extents) ? [...extents, { offset: member.bytes, length: 0 }] : [...extents];
  fillMap(header, HEADER_MAP, map);
  const blocks = [sealHeader(header)];
  for (let rest = map.slice(HEADER_MAP.entries); rest.length > 0; rest = rest.slice(EXTENSION_MAP.entries)) {
    const block = Buffer.alloc(BLOCK_BYTES);
    fillMap(block, EXTENSION_MAP, rest);
    blocks.push(block);
  }
  return Buffer.concat(blocks);
}

/** A reader learns the place of the end from the last entry; an empty one marks a hole there. */
function endsWithHole(bytes: number, extents: readonly Extent[]): boolean {
  const last = extents.at(-1);
  return last === undefined || last.offset + last.length < bytes;
}

function fillMap(block: Buffer, layout: typeof HEADER_MAP, map: readonly Extent[]): void {
  for (const [index, extent] of map.slice(0, layout.entries).entries()) {
    const at = layout.at + index * ENTRY_BYTES;
    tarNumber(extent.offset).copy(block, at);
    tarNumber(extent.length).copy(block, at + ENTRY_BYTES / 2);
  }
  if (map.length > layout.entries) block[layout.isExtended] = 1;
}
