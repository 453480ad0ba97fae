import type { Content } from "./content.ts";

/** What an entry of a tar archive is. */
export type EntryType = "file" | "hardlink" | "symlink" | "character" | "block" | "directory" | "fifo";

/** One member of a tar archive. */
export interface TarEntry {
  /** Path below the root, without leading `./` or `/` and without trailing `/`; empty for the root folder itself. */
  path: string;
  type: EntryType;
  /** Permission bits with set-uid, set-gid and sticky: 0 to 0o7777. */
  mode: number;
  uid: number;
  gid: number;
  /** Target of a symlink as written, or path (like `path`) of the entry a hard link names; empty otherwise. */
  link: string;
  /** Bytes of a file; undefined for every other type. */
  content?: Content;
  /** Extended attributes by full name, such as `security.capability`. */
  xattrs?: Record<string, Buffer>;
  /** Device numbers of `character` and `block` entries. */
  device?: { major: number; minor: number };
}

/** Values of the type flag in a header: POSIX.1-2017, pax, "ustar Interchange Format". */
export const typeFlags: Readonly<Record<EntryType, string>> = {
  file: "0",
  hardlink: "1",
  symlink: "2",
  character: "3",
  block: "4",
  directory: "5",
  fifo: "6",
};

/** Size of a header and the unit that file content is padded to. */
export const BLOCK = 512;

/** Size of the two zero blocks that end every archive written here: readers that join archives cut exactly this many bytes. */
export const END_OF_ARCHIVE = 2 * BLOCK;

/** How many bytes of padding follow `size` bytes of content. */
export function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}
