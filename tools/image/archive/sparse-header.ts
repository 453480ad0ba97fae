import { BLOCK } from "../tar/entry.ts";
import { fillHeader, sealHeader, writeNumber } from "../tar/header.ts";

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
const NUMBER_BYTES = 12;
// Only in an archive of this kind does GNU tar look for a map (OLDGNU_MAGIC in tar.h).
const GNU_MAGIC = { at: 257, text: "ustar  \0" };

/** Header of a sparse member: what GNU tar --sparse --format=gnu writes. Holes cost nothing, in the archive or after extraction. */
export function sparseHeader(member: { name: string; mode: number; mtime: number; bytes: number }, extents: readonly Extent[]): Buffer {
  const stored = extents.reduce((sum, extent) => sum + extent.length, 0);
  const header = Buffer.alloc(BLOCK);
  const owned = { type: "file", mode: member.mode, uid: 0, gid: 0 } as const;
  fillHeader(header, Buffer.from(member.name), owned, stored, Buffer.alloc(0), member.mtime, "S");
  header.write(GNU_MAGIC.text, GNU_MAGIC.at, "latin1");
  writeNumber(header, REAL_SIZE_AT, NUMBER_BYTES, member.bytes);
  const map = endsWithHole(member.bytes, extents) ? [...extents, { offset: member.bytes, length: 0 }] : [...extents];
  fillMap(header, HEADER_MAP, map);
  sealHeader(header);
  const blocks = [header];
  for (let rest = map.slice(HEADER_MAP.entries); rest.length > 0; rest = rest.slice(EXTENSION_MAP.entries)) {
    const block = Buffer.alloc(BLOCK);
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
    writeNumber(block, at, NUMBER_BYTES, extent.offset);
    writeNumber(block, at + NUMBER_BYTES, NUMBER_BYTES, extent.length);
  }
  if (map.length > layout.entries) block[layout.isExtended] = 1;
}
