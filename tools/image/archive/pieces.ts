import fs from "node:fs";
import type { FileBytes } from "./copy-range.ts";
import { dataRuns, readFully, segmentLength, type Segment } from "./segments.ts";

/**
 * Bytes of a file that are compressed together: one zstd frame each. Fixed places in the file, so that a file which shares its beginning with another
 * shares frames too. Measured: half as much adds 0.1 % to an archive, twice as much saves nothing.
 */
export const PIECE_BYTES = 8 * 1024 * 1024;

/** A part of an archive that is compressed by itself. */
export interface Piece {
  /** Its data without holes. */
  segments: readonly Segment[];
  /** Which part of which file it is, when it is one. */
  of?: { file: string; index: number };
  /** Its zstd frame, when it was compressed before. */
  frame?: FileBytes;
}

/** Where a piece has data and its frame, when an earlier image has the same bytes there: `bytes` is the whole piece, holes included. */
export type KnownPiece = (index: number, bytes: Buffer) => { runs: readonly DataRun[]; frame: FileBytes } | undefined;

/** Offset in the piece, and length. */
export type DataRun = readonly [number, number];

/** The data of a file in pieces; `offset` is where the file lies on a disk. Pieces of holes only are left out. */
export function filePieces(file: string, offset = 0, known: KnownPiece = () => undefined): Piece[] {
  const pieces: Piece[] = [];
  const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  const fd = fs.openSync(file, "r");
  try {
    for (let index = 0, read; (read = readFully(fd, buffer, index * PIECE_BYTES)) > 0; index++) {
      const bytes = buffer.subarray(0, read);
      const found = known(index, bytes);
      const runs = found?.runs ?? dataRuns(bytes);
      if (runs.length === 0) continue;
      const segments = runs.map(([at, length]) => {
        const fileOffset = index * PIECE_BYTES + at;
        return { offset: offset + fileOffset, length, file, fileOffset };
      });
      pieces.push({ segments, of: { file, index }, ...(found && { frame: found.frame }) });
    }
  } finally {
    fs.closeSync(fd);
  }
  return pieces;
}

/** The data of a piece. */
export function pieceBytes(piece: Piece): Buffer {
  const bytes = Buffer.allocUnsafeSlow(piece.segments.reduce((sum, segment) => sum + segmentLength(segment), 0));
  let at = 0;
  for (const segment of piece.segments) {
    if ("file" in segment) readSegment(segment, bytes.subarray(at, at + segment.length));
    else bytes.set(segment.bytes, at);
    at += segmentLength(segment);
  }
  return bytes;
}

function readSegment({ file, fileOffset }: { file: string; fileOffset: number }, target: Buffer): void {
  const fd = fs.openSync(file, "r");
  try {
    if (readFully(fd, target, fileOffset) < target.length) throw new Error(`${file} became shorter while it was read`);
  } finally {
    fs.closeSync(fd);
  }
}
