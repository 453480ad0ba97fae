import fs from "node:fs";
import { finish, scratchFolder, unfinishedPath } from "../../lib/atomic.ts";
import { hermeticEnvironment } from "../../lib/epoch.ts";
import { Failure } from "../../lib/failure.ts";
import { runProgram } from "../../lib/run-program.ts";
import { formatSize } from "../partitions/size.ts";
import { BYTES_PER_INODE, INODE_BYTES, mke2fsArguments, type Ext4Options } from "./mke2fs.ts";
import { readSuperblock } from "./superblock.ts";

/** Makes an ext4 image that holds what a tar holds. `contents` gives the tar anew at every call. */
export async function makeExt4(mke2fs: string, options: Ext4Options, contents: () => Iterable<Uint8Array>, target: string): Promise<void> {
  const temporary = unfinishedPath(target);
  try {
    await runMke2fs(mke2fs, options, contents, temporary);
  } catch (error) {
    throw (await tooSmall(mke2fs, options, contents, target)) ?? error;
  }
  finish(temporary, target);
}

async function runMke2fs(mke2fs: string, options: Ext4Options, contents: () => Iterable<Uint8Array>, image: string): Promise<void> {
  fs.rmSync(image, { force: true });
  await runProgram(mke2fs, mke2fsArguments(options, image), {
    input: contents(),
    env: hermeticEnvironment,
  });
}

/** How much is missing, found by filling a larger file system; undefined when it fails too, so that size is not what is wrong. */
async function tooSmall(mke2fs: string, options: Ext4Options, contents: () => Iterable<Uint8Array>, target: string): Promise<Failure | undefined> {
  using scratch = scratchFolder("ext4");
  const roomy = `${scratch.path}/roomy.img`;
  let tarBytes = 0;
  for (const chunk of contents()) tarBytes += chunk.length;
  // A member never takes more blocks than its tar entry and a few for maps and folders.
  const bytes = Math.ceil((options.bytes + tarBytes * 2 + 2 ** 26) / 4096) * 4096;
  try {
    await runMke2fs(mke2fs, { ...options, bytes, inodes: undefined }, contents, roomy);
  } catch {
    return undefined;
  }
  const { blocks, freeBlocks, inodes, freeInodes, blockBytes } = readSuperblock(roomy);
  const usedInodes = inodes - freeInodes;
  if (options.inodes !== undefined && usedInodes > options.inodes) {
    return new Failure(`${target}: ${usedInodes - options.inodes} inodes too few: the content needs ${usedInodes}, the file system has ${options.inodes}`, {
      hint: `inodes = ${usedInodes} or more`,
    });
  }
  const content = (blocks - freeBlocks) * blockBytes - inodes * INODE_BYTES;
  // Inode tables come on top, and grow with the file system unless their number is given.
  const needed = Math.ceil(options.inodes === undefined ? content / (1 - INODE_BYTES / BYTES_PER_INODE) : content + options.inodes * INODE_BYTES);
  if (needed <= options.bytes) return undefined;
  return new Failure(`${target}: the file system is ${formatSize(needed - options.bytes)} too small: the content needs ${formatSize(needed)}, the size is ${formatSize(options.bytes)}`, {
    hint: `image_size = "${Math.ceil(needed / 2 ** 20)}M" or more, if the partition has room for it`,
  });
}
