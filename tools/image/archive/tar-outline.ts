import { readTarFile } from "../tar/read.ts";

/** What one must know of an archive to append another one to it. */
export interface TarOutline {
  /** Offset where the last member ends and the zero blocks begin. */
  end: number;
  /** Folders it holds, without a leading `./` and with a slash at the end; the top of the tree is `/`. */
  folders: ReadonlyMap<string, FolderOwnership>;
}

/** Who a folder belongs to, and its permissions. */
export interface FolderOwnership {
  mode: number;
  uid: number;
  gid: number;
}

/** Reads the headers of an archive; a member's data is skipped. */
export function readTarOutline(file: string): TarOutline {
  const folders = new Map<string, FolderOwnership>();
  const entries = readTarFile(file);
  for (;;) {
    const { done, value } = entries.next();
    if (done === true) return { end: value, folders };
    const { path, type, mode, uid, gid } = value;
    if (type === "directory") folders.set(`${path}/`, { mode, uid, gid });
  }
}
