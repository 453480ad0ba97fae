import fs from "node:fs";
import os from "node:os";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { finish, unfinishedPath } from "../../lib/atomic.ts";
import { hermeticEnvironment } from "../../lib/epoch.ts";
import { runProgram } from "../../lib/run-program.ts";
import { copyRange } from "./copy-range.ts";
import { PIECE_BYTES, pieceBytes, type Piece } from "./pieces.ts";
import { segmentChunks } from "./segments.ts";

/** Level of zstd for images, 1 to 19. They hold lz4-compressed data: level 2 makes 151 of 189 MB in 0.8 s, level 1 155 MB in 0.7 s, level 3 146 MB in 1.6 s. */
export const DEFAULT_LEVEL = 2;

/**
 * Compresses pieces into a file: one zstd frame each, one after the other, which every reader takes for one stream (RFC 8878, section 3.1).
 * So pieces are compressed side by side, the result does not depend on how many at once, and a piece that was compressed before is copied.
 * Returns the length of each frame.
 */
export async function compressTo(target: string, pieces: readonly Piece[], level: number): Promise<number[]> {
  const temporary = unfinishedPath(target);
  const fd = fs.openSync(temporary, "w", 0o644);
  const lengths: number[] = [];
  const begun = new Map<number, Promise<Buffer>>();
  const atOnce = Math.max(2, os.availableParallelism());
  try {
    let ahead = 0;
    for (const [index, { frame }] of pieces.entries()) {
      // Threads compress what comes later while this one copies frames.
      for (; begun.size < atOnce && ahead < pieces.length; ahead++) {
        if (pieces[ahead]!.frame === undefined) begun.set(ahead, compress(pieceBytes(pieces[ahead]!), level));
      }
      if (frame !== undefined) {
        copyRange(frame, fd);
        lengths.push(frame.length);
        continue;
      }
      const made = await begun.get(index)!;
      begun.delete(index);
      for (let done = 0; done < made.length; ) done += fs.writeSync(fd, made, done);
      lengths.push(made.length);
    }
  } finally {
    await Promise.allSettled(begun.values());
    fs.closeSync(fd);
  }
  finish(temporary, target);
  return lengths;
}

/**
 * Compresses pieces into a file of one frame, for readers that take no more: Node's own zstd stream ends, or fails, at the second (24.21).
 * The bytes do not depend on the number of threads: zstd cuts its input by level. Only --single-thread gives others.
 */
export async function compressAsOne(target: string, pieces: readonly Piece[], { zstd, level }: { zstd: string; level: number }): Promise<void> {
  const temporary = unfinishedPath(target);
  const args = ["--quiet", "--force", `-${level}`, "--threads=4", "--check", "-o", temporary];
  await runProgram(zstd, args, { input: contents(pieces), env: hermeticEnvironment });
  finish(temporary, target);
}

function* contents(pieces: readonly Piece[]): Generator<Uint8Array> {
  for (const { segments } of pieces) for (const segment of segments) yield* segmentChunks(segment);
}

const zstdCompress = promisify(zlib.zstdCompress);

/**
 * One frame with its size and a checksum, by a thread of Node's pool. The output buffer takes the whole frame: with Node's default of 16 KiB the way
 * to and from the thread takes twice as long as the compression.
 */
async function compress(bytes: Buffer, level: number): Promise<Buffer> {
  const { ZSTD_c_checksumFlag, ZSTD_c_compressionLevel } = zlib.constants;
  // What does not compress becomes larger by three bytes a block of 128 KiB, and a header.
  const chunkSize = Math.min(bytes.length, PIECE_BYTES) + 64 * 1024;
  return zstdCompress(bytes, { chunkSize, params: { [ZSTD_c_compressionLevel]: level, [ZSTD_c_checksumFlag]: 1 } });
}
