import fs from "node:fs";
import { ExitCode, failOnProblems } from "../../lib/failure.ts";
import type { Flag } from "../../lib/flags.ts";
import { samePiece, type Piece } from "./pieces.ts";

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
  /** Number of each piece in the image, and where its frame is. */
  frames: { piece: number; offset: number; length: number }[];
}

/** A function that gives the frame of a piece when one of the images has the same bytes at the same place. Another level's are of no use. */
export function reusableFrames(reuse: readonly Frames[], level: number): (piece: Piece) => Buffer | undefined {
  const opened = reuse
    .map(({ image, data, index }) => ({ image, data, index: JSON.parse(fs.readFileSync(index, "utf8")) as FramesIndex }))
    .filter(({ index }) => index.level === level);
  return (piece) => {
    for (const { image, data, index } of opened) {
      const found = index.frames.find((frame) => frame.piece === piece.of?.index);
      if (found !== undefined && samePiece(piece, image)) return readRange(data, found.offset, found.length);
    }
    return undefined;
  };
}

function readRange(file: string, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  const fd = fs.openSync(file, "r");
  try {
    for (let done = 0; done < length; ) {
      const count = fs.readSync(fd, bytes, done, length - done, offset + done);
      if (count === 0) throw new Error(`${file}: expected ${length} bytes at ${offset}, got ${done}`);
      done += count;
    }
  } finally {
    fs.closeSync(fd);
  }
  return bytes;
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
