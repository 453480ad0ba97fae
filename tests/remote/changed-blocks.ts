import fs from "node:fs";
import zlib from "node:zlib";

const BLOCK = 4096;

/** Bytes of the 4 KiB blocks of `after` that `before` does not have at the same place, compressed by zstd at its default level: what a change of an image amounts to. */
export function compressedChange(before: string, after: string): number {
  const [old, now] = [fs.readFileSync(before), fs.readFileSync(after)];
  const changed: Buffer[] = [];
  for (let at = 0; at < now.length; at += BLOCK) {
    const block = now.subarray(at, at + BLOCK);
    if (!block.equals(old.subarray(at, at + BLOCK))) changed.push(block);
  }
  return changed.length === 0 ? 0 : zlib.zstdCompressSync(Buffer.concat(changed)).length;
}

/** Bytes of a file, compressed likewise. */
export function compressedSize(file: string): number {
  return zlib.zstdCompressSync(fs.readFileSync(file)).length;
}
