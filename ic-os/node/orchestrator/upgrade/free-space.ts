import fs from "node:fs/promises";
import { Failure } from "../../../../tools/lib/failure.ts";

/** Bytes that are left for the node's own state whatever is downloaded. */
export const reservedBytes = 256 * 1024 * 1024;

/** The folder's file system cannot take what is to be written. Nothing of it was kept. */
export class NoSpace extends Failure {
  constructor(folder: string, needed: number, free: number) {
    super(`${folder}: no room for the update image: ${mib(needed)} MiB are needed, ${mib(free)} MiB are free`, { hint: `make room on it: df -h ${folder}` });
    this.name = "NoSpace";
  }
}

/** Throws NoSpace unless the folder's file system takes so many bytes more and still has the reserve. */
export async function assertSpace(folder: string, bytes: number, reserve = reservedBytes): Promise<void> {
  const free = await freeBytes(folder);
  if (bytes + reserve > free) throw new NoSpace(folder, bytes + reserve, free);
}

/** Bytes of the folder's file system that the calling user may still take. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await fs.statfs(folder);
  return bavail * bsize;
}

function mib(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
