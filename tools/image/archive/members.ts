import fs from "node:fs";
import { sourceDateEpoch } from "../../lib/epoch.ts";
import { filePieces, type Piece } from "./pieces.ts";
import { segmentLength, type Segment } from "./segments.ts";
import { sparseHeader } from "./sparse-header.ts";
import { padding, RECORD_BYTES, sealHeader, tarHeader } from "./tar-header.ts";

/** A file in an archive. */
export interface Member {
  name: string;
  /** Size of the file after extraction. */
  bytes: number;
  /** Its data, in order. A segment but the last is a multiple of 512 bytes long. */
  pieces: readonly Piece[];
}

/** A member that stands for a file of the build. */
export function fileMember(name: string, file: string): Member {
  return { name, bytes: fs.statSync(file).size, pieces: filePieces(file) };
}

/** The archive: members in the given order, root's, mode 0644, SOURCE_DATE_EPOCH; files with holes as GNU sparse members. In pieces to be compressed. */
export function tarArchive(members: readonly Member[]): Piece[] {
  const pieces: Piece[] = [];
  let small: Segment[] = [];
  let written = 0;
  const add = (segments: readonly Segment[]): number => segments.reduce((sum, segment) => sum + segmentLength(segment), 0);
  const bytes = (content: Uint8Array): void => {
    if (content.length > 0) small.push({ offset: 0, bytes: content });
    written += content.length;
  };
  const flush = (): void => {
    if (small.length > 0) pieces.push({ segments: small });
    small = [];
  };
  for (const member of members) {
    bytes(memberHeader(member));
    for (const piece of member.pieces) {
      const length = add(piece.segments);
      written += length;
      // What is no part of an image is little: headers and tables go into one piece with their neighbours.
      if (piece.of === undefined) small.push(...piece.segments);
      else {
        flush();
        pieces.push(piece);
      }
      bytes(padding(length));
    }
  }
  bytes(Buffer.alloc(1024));
  bytes(padding(written, RECORD_BYTES));
  flush();
  return pieces;
}

function memberHeader(member: Member): Buffer {
  const { name, bytes } = member;
  const extents = joined(member.pieces.flatMap(({ segments }) => segments));
  const stored = extents.reduce((sum, extent) => sum + extent.length, 0);
  if (stored < bytes) return sparseHeader({ name, bytes, mode: 0o644, mtime: sourceDateEpoch }, extents);
  return sealHeader(tarHeader({ name, size: bytes, mode: 0o644, mtime: sourceDateEpoch, type: "0" }));
}

/** Runs of data; those that were cut at the border of a piece are one again. */
function joined(segments: readonly Segment[]): { offset: number; length: number }[] {
  const extents: { offset: number; length: number }[] = [];
  for (const segment of segments) {
    const last = extents.at(-1);
    const length = segmentLength(segment);
    if (last !== undefined && last.offset + last.length === segment.offset) last.length += length;
    else extents.push({ offset: segment.offset, length });
  }
  return extents;
}
