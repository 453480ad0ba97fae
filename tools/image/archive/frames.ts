import fs from "node:fs";
import { ExitCode, failOnProblems } from "../../lib/failure.ts";
import type { Flag } from "../../lib/flags.ts";
import { PIECE_BYTES, type DataRun, type KnownPiece } from "./pieces.ts";
import { readFully } from "./segments.ts";

/** Pieces of an image that were compressed before: what the `image_frames` rule makes. */
export interface Frames {
  /** The image. */
  image: string;
  /** Its frames, one after the other. */
  data: string;
  /** JSON: FramesIndex. */
  index: string;
}

/** What is in a file of frames. */
export interface FramesIndex {
  /** zstd's level. */
  level: number;
  /** Number of each piece in the image, where in the piece data is, and where its frame is. */
  frames: { piece: number; runs: readonly DataRun[]; offset: number; length: number }[];
}

/** A function that finds the frame of a piece when one of the images has the same bytes at the same place. Another level's are of no use. */
export function knownPieces(reuse: readonly Frames[], level: number): KnownPiece {
  const opened = reuse
    .map(({ image, data, index }) => ({ image, data, index: JSON.parse(fs.readFileSync(index, "utf8")) as FramesIndex }))
    .filter(({ index }) => index.level === level);
  const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  return (piece, bytes) => {
    for (const { image, data, index } of opened) {
      const found = index.frames.find((frame) => frame.piece === piece);
      if (found === undefined || !bytes.equals(readPiece(image, piece, buffer))) continue;
      return { runs: found.runs, frame: { file: data, offset: found.offset, length: found.length } };
    }
    return undefined;
  };
}

function readPiece(image: string, piece: number, buffer: Buffer): Buffer {
  const fd = fs.openSync(image, "r");
  try {
    return buffer.subarray(0, readFully(fd, buffer, piece * PIECE_BYTES));
  } finally {
    fs.closeSync(fd);
  }
}

/** The flag of tools that write archives. */
export const REUSE_FLAG = {
  type: "string",
  list: true,
  describe: "IMAGE=FRAMES=INDEX of image_frames: pieces that are the same there need not be compressed again",
} as const satisfies Flag;

/** Reads the values of that flag. */
export function parseFrames(values: readonly string[]): Frames[] {
  const parsed = values.map((value) => value.split("="));
  failOnProblems("--reuse", parsed.filter((parts) => parts.length !== 3).map((parts) => `expected IMAGE=FRAMES=INDEX, got \`${parts.join("=")}\``), { exitCode: ExitCode.usage });
  return parsed.map(([image = "", data = "", index = ""]) => ({ image, data, index }));
}
