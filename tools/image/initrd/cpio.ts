import { byteOrder } from "../tar/byte-order.ts";

/** An entry of an initrd. */
export interface CpioEntry {
  /** Path without leading slash. */
  path: string;
  /** File type and permissions as in st_mode: inode(7). */
  mode: number;
  data?: Buffer;
  /** Device numbers of a node. */
  device?: { major: number; minor: number };
}

/** File types in st_mode: inode(7). */
export const FileType = { directory: 0o040000, character: 0o020000, regular: 0o100000, symlink: 0o120000 } as const;

/**
 * Writes a "newc" archive as the kernel unpacks it (Documentation/driver-api/early-userspace/buffer-format.rst): sorted, inodes numbered in
 * order, root's, time 0. Missing parent folders are added.
 */
export function writeCpio(entries: readonly CpioEntry[]): Buffer {
  const all = new Map(entries.map((entry) => [entry.path, entry]));
  for (const { path } of entries) {
    for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
      const folder = path.slice(0, slash);
      if (!all.has(folder)) all.set(folder, { path: folder, mode: FileType.directory | 0o755 });
    }
  }
  const sorted = [...all.values()].sort((a, b) => byteOrder(a.path, b.path));
  return Buffer.concat([...sorted.flatMap((entry, index) => member(entry, index + 1)), ...member({ path: "TRAILER!!!", mode: 0 }, 0)]);
}

function member({ path, mode, data = Buffer.alloc(0), device }: CpioEntry, inode: number): Buffer[] {
  const name = Buffer.from(`${path}\0`);
  const links = (mode & 0o170000) === FileType.directory ? 2 : 1;
  // ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor, namesize, check
  const fields = [inode, mode, 0, 0, links, 0, data.length, 0, 0, device?.major ?? 0, device?.minor ?? 0, name.length, 0];
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`);
  return [header, name, fill(header.length + name.length), data, fill(data.length)];
}

/** Header with name, and data, each end at a multiple of four bytes. */
function fill(length: number): Buffer {
  return Buffer.alloc((4 - (length % 4)) % 4);
}
