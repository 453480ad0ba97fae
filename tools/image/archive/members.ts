import fs from "node:fs";
import { sourceDateEpoch } from "../../lib/epoch.ts";
import { BLOCK, END_OF_ARCHIVE, padding } from "../tar/entry.ts";
import { fillHeader } from "../tar/header.ts";
import { filePieces, pieceBytes, type Piece } from "./pieces.ts";
import { segmentLength, type Segment } from "./segments.ts";
import { sparseHeader } from "./sparse-header.ts";

/** GNU tar pads an archive to 20 blocks; so do we, for readers that read whole records. */
const RECORD_BYTES = 20 * BLOCK;

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
      bytes(Buffer.alloc(padding(length)));
    }
  }
  bytes(Buffer.alloc(END_OF_ARCHIVE));
  bytes(Buffer.alloc((RECORD_BYTES - (written % RECORD_BYTES)) % RECORD_BYTES));
  flush();
  return pieces;
}

/** The archive of small members, whole and not compressed. */
export function archiveBytes(members: readonly Member[]): Buffer {
  return Buffer.concat(tarArchive(members).map(pieceBytes));
}

function memberHeader(member: Member): Buffer {
  const { name, bytes } = member;
  const extents = joined(member.pieces.flatMap(({ segments }) => segments));
  const stored = extents.reduce((sum, extent) => sum + extent.length, 0);
  if (stored < bytes) return sparseHeader({ name, bytes, mode: 0o644, mtime: sourceDateEpoch }, extents);
  const header = Buffer.alloc(BLOCK);
  fillHeader(header, Buffer.from(name), { type: "file", mode: 0o644, uid: 0, gid: 0 }, bytes, Buffer.alloc(0), sourceDateEpoch);
  return header;
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
