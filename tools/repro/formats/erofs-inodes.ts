import type { Bytes } from "../bytes.ts";
import { number } from "../layout.ts";

/** What an inode says of its file. */
export interface ErofsInode {
  mode: number;
  uid: number;
  gid: number;
  /** Seconds since 1970; 0 in a compact inode, which has the superblock's time. */
  mtime: number;
  links: number;
  size: number;
}

// Linux, fs/erofs/erofs_fs.h: struct erofs_inode_compact and _extended, struct erofs_dirent.
const SLOT = 32;
const DIRENT = 12;
const DIRECTORY = 0o040000;
const FLAT_PLAIN = 0;
const FLAT_INLINE = 2;

/** All inodes of a file system by absolute path. Folders are never compressed, so they can be read as they are. */
export function erofsInodes(image: Bytes): Map<string, ErofsInode> {
  const blockBits = number(image, 1024 + 12, 1);
  const block = 1 << blockBits;
  const meta = number(image, 1024 + 40, 4) * block;
  const found = new Map<string, ErofsInode>();
  const pending = [{ name: "/", nid: number(image, 1024 + 14, 2) }];
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    const at = meta + entry.nid * SLOT;
    const format = number(image, at, 2);
    const inode = (format & 1) === 1 ? extended(image, at) : compact(image, at);
    found.set(entry.name, inode);
    const layout = (format >> 1) & 7;
    if ((inode.mode & 0o170000) !== DIRECTORY || (layout !== FLAT_PLAIN && layout !== FLAT_INLINE)) continue;
    const parent = entry.name === "/" ? "" : entry.name;
    for (const { name, nid } of directory(image, at, inode, layout, (format & 1) === 1 ? 64 : 32, block)) {
      if (name !== "." && name !== ".." && !found.has(`${parent}/${name}`)) pending.push({ name: `${parent}/${name}`, nid });
    }
  }
  return found;
}

function compact(image: Bytes, at: number): ErofsInode {
  const [mode, links, size, uid, gid] = [number(image, at + 4, 2), number(image, at + 6, 2), number(image, at + 8, 4), number(image, at + 24, 2), number(image, at + 26, 2)];
  return { mode, links, size, uid, gid, mtime: 0 };
}

function extended(image: Bytes, at: number): ErofsInode {
  const [mode, size, uid, gid] = [number(image, at + 4, 2), number(image, at + 8, 8), number(image, at + 24, 4), number(image, at + 28, 4)];
  return { mode, size, uid, gid, mtime: number(image, at + 32, 8), links: number(image, at + 44, 4) };
}

/** The entries of a folder: whole blocks at `i_u`, and with FLAT_INLINE the rest behind the inode and its attributes. */
function* directory(image: Bytes, at: number, inode: ErofsInode, layout: number, inodeBytes: number, block: number): Generator<{ name: string; nid: number }> {
  const start = number(image, at + 16, 4) * block;
  const attributes = number(image, at + 2, 2);
  // A header of 12 bytes, of which one word is counted already: erofs_xattr_ibody_size().
  const inline = at + inodeBytes + (attributes === 0 ? 0 : 12 + 4 * (attributes - 1));
  for (let done = 0; done < inode.size; done += block) {
    const size = Math.min(block, inode.size - done);
    const tail = layout === FLAT_INLINE && done + block > inode.size - (inode.size % block) && inode.size % block !== 0 && size < block;
    yield* dirents(image.read(tail ? inline : start + done, size));
  }
}

function* dirents(bytes: Buffer): Generator<{ name: string; nid: number }> {
  const first = bytes.length >= DIRENT ? bytes.readUInt16LE(8) : 0;
  for (let at = 0; at + DIRENT <= first; at += DIRENT) {
    const [begin, end] = [bytes.readUInt16LE(at + 8), at + 2 * DIRENT <= first ? bytes.readUInt16LE(at + DIRENT + 8) : bytes.length];
    yield { nid: Number(bytes.readBigUInt64LE(at)), name: bytes.toString("utf8", begin, end).replace(/\0[^]*$/, "") };
  }
}
