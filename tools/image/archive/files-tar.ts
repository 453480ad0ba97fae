import fs from "node:fs";
import { sourceDateEpoch } from "../../lib/epoch.ts";
import { segmentChunks } from "./segments.ts";
import { padding, RECORD_BYTES, sealHeader, tarHeader } from "./tar-header.ts";

/** A file of the build and where it goes in an image. */
export interface InstalledFile {
  /** Path on this machine. */
  source: string;
  /** Path in the image, without a leading slash. */
  path: string;
  /** Permissions. Never those of the source: Bazel materialises files with modes of its own. */
  mode: number;
}

/** A tar of files, byte-wise sorted, owned by root, with the folders above them that `present` lacks (mode 0755). */
export function* filesTar(files: readonly InstalledFile[], present: ReadonlySet<string> = new Set()): Generator<Uint8Array> {
  const folders = new Set(files.flatMap((file) => parents(file.path)).filter((folder) => !present.has(folder)));
  const entries = [...files.map((file) => ({ name: file.path, file })), ...[...folders].map((name) => ({ name, file: undefined }))];
  entries.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  for (const { name, file } of entries) {
    const size = file === undefined ? 0 : fs.statSync(file.source).size;
    yield sealHeader(tarHeader({ name: `./${name}`, mode: file?.mode ?? 0o755, size, mtime: sourceDateEpoch, type: file === undefined ? "5" : "0" }));
    if (file === undefined) continue;
    yield* segmentChunks({ offset: 0, length: size, file: file.source, fileOffset: 0 });
    yield padding(size);
  }
  yield Buffer.alloc(RECORD_BYTES);
}

/** `a/b/c` gives `a/` and `a/b/`. */
function parents(path: string): string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, index) => `${names.slice(0, index + 1).join("/")}/`);
}
