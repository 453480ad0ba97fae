import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { Failure } from "../../../../tools/lib/failure.ts";
import type { Log } from "../../lib/log.ts";
import { fetchRange } from "./fetch-range.ts";
import { assertSpace, freeBytes, NoSpace, reservedBytes } from "./free-space.ts";

/** What to download, and where to. */
export interface DownloadOptions {
  /** Tried in this order. */
  urls: readonly string[];
  /** SHA-256 of the file, hexadecimal. */
  sha256: string;
  /** An existing folder that holds downloads only. */
  folder: string;
  /** Longest silence of a server. */
  stallMilliseconds?: number;
  /** Bytes of the file system that stay free. */
  reserve?: number;
  log: Log;
  signal?: AbortSignal;
  /** Told now and then what is there, and the whole when it is known. */
  progress?(bytes: number, total: number | undefined): void;
}

/**
 * Downloads a file, or takes the one that is there when its sum is right. What an earlier try left is gone on with; what a server gave and
 * turned out wrong is thrown away. Downloads of other files are removed first.
 */
export async function download(options: DownloadOptions): Promise<string> {
  const { folder, sha256, log } = options;
  const target = path.join(folder, `${sha256}.img`);
  const part = path.join(folder, `${sha256}.part`);
  await removeOthers(folder, [target, part]);
  if ((await hashOf(target)) === sha256) return target;
  await fs.rm(target, { force: true });
  const problems: string[] = [];
  for (const url of options.urls) {
    try {
      await fetchTo(part, url, options);
      await fs.rename(part, target);
      log.info("downloaded", { url, sha256 });
      return target;
    } catch (error) {
      if (options.signal?.aborted === true) throw error;
      // Another server would fill the disk just as well.
      if (error instanceof NoSpace) throw error;
      problems.push(`${url}: ${(error as Error).message}`);
      log.warning("download", { url, problem: (error as Error).message });
    }
  }
  throw new Failure(`no server gave the update image:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
}

/** Removes downloads, all but those named. */
export async function removeOthers(folder: string, keep: readonly string[] = []): Promise<void> {
  for (const name of await fs.readdir(folder)) {
    const file = path.join(folder, name);
    if (/\.(img|part)$/.test(name) && !keep.includes(file)) await fs.rm(file, { force: true });
  }
}

async function fetchTo(part: string, url: string, options: DownloadOptions): Promise<void> {
  const { stallMilliseconds = 60_000, sha256, progress, signal } = options;
  let hash = createHash("sha256");
  let bytes = await hashInto(hash, part);
  const resumed = bytes > 0;
  const answer = await fetchRange(url, bytes, stallMilliseconds, signal);
  if (answer.offset !== bytes) {
    hash = createHash("sha256");
    bytes = 0;
  } else if (resumed) options.log.info("going on with a download", { url, bytes });
  try {
    if (answer.size !== undefined) await assertSpace(options.folder, answer.size - bytes, options.reserve);
    const file = await fs.open(part, bytes === 0 ? "w" : "a", 0o640);
    try {
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        await writeAll(file, chunk, options);
        hash.update(chunk);
        bytes += chunk.length;
        progress?.(bytes, answer.size);
      }
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    answer.body.destroy();
    // A full disk is left as it was found.
    if (error instanceof NoSpace) await fs.rm(part, { force: true });
    throw error;
  }
  if (answer.size !== undefined && bytes < answer.size) throw new Error(`the connection ended after ${bytes} of ${answer.size} bytes`);
  const got = hash.digest("hex");
  if (got === sha256) return;
  await fs.rm(part, { force: true });
  throw new Error(`expected SHA-256 ${sha256}, got ${got}${resumed ? " (a part was there before)" : ""}`);
}

/** Another process may take the room meanwhile: the reserve is looked after at each piece, and a file system that is full all the same is no other case. */
async function writeAll(file: fs.FileHandle, chunk: Buffer, { folder, reserve = reservedBytes }: DownloadOptions): Promise<void> {
  try {
    await assertSpace(folder, chunk.length, reserve);
    await file.writeFile(chunk);
  } catch (error) {
    if (!["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    throw new NoSpace(folder, chunk.length, await freeBytes(folder));
  }
}

async function hashOf(file: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  return (await hashInto(hash, file)) === 0 ? undefined : hash.digest("hex");
}

/** Feeds a file to a hash and gives its size; 0 when it is not there. */
async function hashInto(hash: Hash, file: string): Promise<number> {
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return bytes;
}
