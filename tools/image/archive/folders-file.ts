import fs from "node:fs";
import { writeFileAtomic } from "../../lib/atomic.ts";
import { readTarOutline, type FolderOwnership } from "./tar-outline.ts";

/** Folders of archives; a later archive wins. */
export function foldersOf(archives: readonly string[]): Map<string, FolderOwnership> {
  return new Map(archives.flatMap((archive) => [...readTarOutline(archive).folders]));
}

/** Writes the folders of an image (as in TarOutline) for a stage that adds files to it: what it adds must not change them. */
export function writeFolders(target: string, folders: ReadonlyMap<string, FolderOwnership>): void {
  const lines = [...folders].map(([folder, { mode, uid, gid }]) => JSON.stringify([folder, mode, uid, gid]));
  writeFileAtomic(target, `[\n${lines.join(",\n")}\n]\n`);
}

/** Reads what `writeFolders` wrote. */
export function readFolders(file: string): Map<string, FolderOwnership> {
  const rows = JSON.parse(fs.readFileSync(file, "utf8")) as [folder: string, mode: number, uid: number, gid: number][];
  return new Map(rows.map(([folder, mode, uid, gid]) => [folder, { mode, uid, gid }]));
}
