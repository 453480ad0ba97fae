import fs from "node:fs";

/** What of an ext4 superblock the tools need. */
export interface Superblock {
  blockBytes: number;
  blocks: number;
  freeBlocks: number;
  inodes: number;
  freeInodes: number;
}

/** Reads the superblock, which begins at byte 1024 (Linux, Documentation/filesystems/ext4/super.rst; images below 16 TiB have no high words). */
export function readSuperblock(image: string): Superblock {
  const block = Buffer.alloc(1024);
  const fd = fs.openSync(image, "r");
  try {
    fs.readSync(fd, block, 0, block.length, 1024);
  } finally {
    fs.closeSync(fd);
  }
  if (block.readUInt16LE(0x38) !== 0xef53) throw new Error(`${image}: no ext4 superblock`);
  return {
    inodes: block.readUInt32LE(0x0),
    blocks: block.readUInt32LE(0x4),
    freeBlocks: block.readUInt32LE(0xc),
    freeInodes: block.readUInt32LE(0x10),
    blockBytes: 1024 << block.readUInt32LE(0x18),
  };
}
