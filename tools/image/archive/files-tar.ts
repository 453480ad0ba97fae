import { openContent } from "../tar/content.ts";
import type { TarEntry } from "../tar/entry.ts";
import { tarPieces } from "../tar/write.ts";
import type { FolderOwnership } from "./tar-outline.ts";

/** A file of the build and where it goes in an image. */
export interface InstalledFile {
  /** Path on this machine. */
  source: string;
  /** Path in the image, without a leading slash. */
  path: string;
  /** Permissions. Never those of the source: Bazel materialises files with modes of its own. */
  mode: number;
}

const NEW_FOLDER: FolderOwnership = { mode: 0o755, uid: 0, gid: 0 };

/**
 * A tar of files, byte-wise sorted, owned by root, with the folders above them that `present` lacks (mode 0755). Folders of `repeated` are written
 * too, as they are there: a reader that adds to a tree would make them its own way otherwise.
 */
export function* filesTar(
  files: readonly InstalledFile[],
  present: ReadonlyMap<string, FolderOwnership> = new Map(),
  repeated: ReadonlyMap<string, FolderOwnership> = new Map(),
): Generator<Uint8Array> {
  const folders = new Set(files.flatMap((file) => ["/", ...parents(file.path)]).filter((folder) => repeated.has(folder) || (folder !== "/" && !present.has(folder))));
  const entries = [...files.map((file) => ({ name: file.path, file })), ...[...folders].map((name) => ({ name, file: undefined }))];
  entries.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  yield* tarPieces(entries.map(({ name, file }) => (file === undefined ? folderEntry(name, repeated.get(name)) : fileEntry(file))));
}

function folderEntry(name: string, owned: FolderOwnership = NEW_FOLDER): TarEntry {
  return { ...owned, path: name.slice(0, -1), type: "directory", link: "" };
}

function fileEntry({ path, mode, source }: InstalledFile): TarEntry {
  return { path, mode, uid: 0, gid: 0, type: "file", link: "", content: openContent(source) };
}

/** `a/b/c` gives `a/` and `a/b/`. */
function parents(path: string): string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, index) => `${names.slice(0, index + 1).join("/")}/`);
}
