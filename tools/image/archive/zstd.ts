import fs from "node:fs";
import os from "node:os";
import { finish, unfinishedPath } from "../../lib/atomic.ts";
import { hermeticEnvironment } from "../../lib/epoch.ts";
import { runProgram } from "../../lib/run-program.ts";
import { reusableFrames, type Frames } from "./frames.ts";
import { pieceBytes, type Piece } from "./pieces.ts";
import { segmentChunks } from "./segments.ts";

/** How to compress. */
export interface ZstdOptions {
  /** The zstd program. Node's own zstd (24.21) is no choice: it takes 1.7 times as long. */
  zstd: string;
  /** 1 to 19. Images hold lz4-compressed data: level 2 makes 151 of 189 MB in 0.8 s, level 1 155 MB in 0.7 s, level 3 146 MB in 1.6 s. */
  level: number;
}

/**
 * Compresses pieces into a file: one zstd frame each, one after the other, which every reader takes for one stream (RFC 8878, section 3.1).
 * So pieces are compressed side by side, the result does not depend on how many at once, and a piece that `reuse` holds already is copied.
 */
export async function compressTo(target: string, pieces: readonly Piece[], options: ZstdOptions, reuse: readonly Frames[] = []): Promise<number[]> {
  const temporary = unfinishedPath(target);
  const fd = fs.openSync(temporary, "w", 0o644);
  const lengths: number[] = [];
  const ready = reusableFrames(reuse, options.level);
  const waiting: Promise<Buffer>[] = [];
  try {
    let next = 0;
    const atOnce = Math.max(2, os.availableParallelism());
    while (waiting.length > 0 || next < pieces.length) {
      while (waiting.length < atOnce && next < pieces.length) {
        const piece = pieces[next++]!;
        waiting.push(Promise.resolve(ready(piece) ?? compress(pieceBytes(piece), options)));
      }
      const frame = await waiting.shift()!;
      for (let done = 0; done < frame.length; ) done += fs.writeSync(fd, frame, done);
      lengths.push(frame.length);
    }
  } finally {
    await Promise.allSettled(waiting);
    fs.closeSync(fd);
  }
  finish(temporary, target);
  return lengths;
}

/**
 * Compresses pieces into a file of one frame, for readers that take no more: Node's own zstd stream ends, or fails, at the second (24.21).
 * The bytes do not depend on the number of threads: zstd cuts its input by level. Only --single-thread gives others.
 */
export async function compressAsOne(target: string, pieces: readonly Piece[], { zstd, level }: ZstdOptions): Promise<void> {
  const temporary = unfinishedPath(target);
  const args = ["--quiet", "--force", `-${level}`, "--threads=4", "--check", "-o", temporary];
  await runProgram(zstd, args, { input: contents(pieces), env: hermeticEnvironment });
  finish(temporary, target);
}

function* contents(pieces: readonly Piece[]): Generator<Uint8Array> {
  for (const { segments } of pieces) for (const segment of segments) yield* segmentChunks(segment);
}

/** One frame with a checksum. */
async function compress(bytes: Buffer, { zstd, level }: ZstdOptions): Promise<Buffer> {
  const frame: Buffer[] = [];
  const args = ["--quiet", `-${level}`, "--single-thread", "--check", `--stream-size=${bytes.length}`, "--stdout"];
  await runProgram(zstd, args, { input: [bytes], output: (piece) => frame.push(piece), env: hermeticEnvironment });
  return Buffer.concat(frame);
}
