import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { scratchFolder } from "../../lib/atomic.ts";
import { hermeticEnvironment } from "../../lib/epoch.ts";
import { Failure } from "../../lib/failure.ts";
import { runProgram } from "../../lib/run-program.ts";
import type { Content } from "../tar/content.ts";
import { xzSize } from "./xz-size.ts";

/** A compressed file: the ending of its name tells how. */
export interface Compressed {
  /** Name for messages, ending in .xz, .zst, .gz or none of these. */
  name: string;
  bytes: Buffer;
}

/** A decompressed file, under the name it had compressed. What came from xz is on disk until it is read. */
export interface Decompressed {
  name: string;
  content: Content;
}

const DECOMPRESS = ["--decompress", "--stdout"];

/**
 * Decompresses the files, in order.
 *
 * All .xz files go through one xz process: starting one per file costs more than the work for most packages. Their sizes come from
 * their indexes, so what it writes, one file without a name, can be cut again. Node itself does zstd and gzip, each when its turn comes.
 */
export async function* decompress(files: readonly Compressed[], xz: string): AsyncGenerator<Decompressed> {
  const joined = namelessFile();
  const compressedByXz = files.filter(({ name }) => name.endsWith(".xz"));
  await decompressXz(compressedByXz, xz, joined.fd);
  let offset = 0;
  for (const { name, bytes } of files) {
    if (name.endsWith(".xz")) {
      const size = xzSize(bytes);
      yield { name, content: { ...joined, offset, size } };
      offset += size;
    } else if (name.endsWith(".zst")) yield { name, content: zlib.zstdDecompressSync(bytes) };
    else if (name.endsWith(".gz")) yield { name, content: zlib.gunzipSync(bytes) };
    else yield { name, content: bytes };
  }
}

async function decompressXz(files: readonly Compressed[], xz: string, output: number): Promise<void> {
  if (files.length === 0) return;
  const env = hermeticEnvironment;
  try {
    await runProgram(xz, DECOMPRESS, { env, input: files.map(({ bytes }) => bytes), output });
  } catch (error) {
    throw (await firstDamaged(files, xz)) ?? error;
  }
  const expected = files.reduce((sum, { bytes }) => sum + xzSize(bytes), 0);
  const { size } = fs.fstatSync(output);
  if (size !== expected) throw new Failure(`${xz}: expected ${expected} bytes from ${files.length} files as their indexes say, got ${size}`);
}

/** Says which file it is that xz does not take, by trying them one by one. */
async function firstDamaged(files: readonly Compressed[], xz: string): Promise<Failure | undefined> {
  for (const { name, bytes } of files) {
    try {
      await runProgram(xz, DECOMPRESS, { env: hermeticEnvironment, input: [bytes], output: () => undefined });
    } catch (error) {
      return new Failure(`${name}: ${(error as Error).message}`, { cause: error });
    }
  }
  return undefined;
}

/** A file that is gone when this process ends, however it ends. */
function namelessFile(): { fd: number; file: string } {
  using folder = scratchFolder("xz");
  const file = path.join(folder.path, "decompressed");
  return { fd: fs.openSync(file, "w+"), file };
}
