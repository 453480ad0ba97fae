import path from "node:path/posix";
import type { TarEntry } from "../tar/entry.ts";
import { listEntries, type Listing } from "./listing.ts";

/**
 * What makes a tree of another one: entries that differ, the folders above them, and a mark for each path that is gone. Marks are those of aufs, an
 * empty file `.wh.NAME`: mkfs.erofs takes them with `--aufs --ovlfs-strip=1`, and removes what they name from the image it adds to.
 */
export function treeDelta(entries: readonly TarEntry[], base: Listing): TarEntry[] {
  const listing = listEntries(entries);
  const changed = entries.filter(({ path: at }) => base.get(at) !== listing.get(at));
  const needed = new Set(changed.flatMap(({ path: at }) => [at, ...above(at)]));
  const folderPaths = new Set(entries.filter(({ type }) => type === "directory").map(({ path: at }) => at));
  // What lies in a folder that is gone, or is no folder any more, goes with it.
  const marks = [...base.keys()].filter((at) => !listing.has(at) && above(at).every((folder) => folderPaths.has(folder)));
  for (const folder of marks.flatMap(above)) needed.add(folder);
  // A path that became something else is removed first: what replaces it need not be of its type.
  const replaced = changed.filter(({ path: at, type }) => type !== "directory" && base.has(at)).map(({ path: at }) => at);
  const kept = entries.filter((entry) => needed.has(entry.path));
  const folders = kept.filter(({ type }) => type === "directory");
  const others = kept.filter(({ type }) => type !== "directory");
  return [...folders, ...[...marks, ...replaced].sort().map(mark), ...others];
}

/** Folders above a path, the top (an empty path) included. */
function above(at: string): string[] {
  if (at === "") return [];
  const names = at.split("/").slice(0, -1);
  return ["", ...names.map((_, index) => names.slice(0, index + 1).join("/"))];
}

function mark(at: string): TarEntry {
  return { path: path.join(path.dirname(at), `.wh.${path.basename(at)}`), type: "file", mode: 0, uid: 0, gid: 0, link: "", content: Buffer.alloc(0) };
}
