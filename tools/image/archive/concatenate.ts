import { filesTar, type InstalledFile } from "./files-tar.ts";
import { segmentChunks } from "./segments.ts";
import { readTarOutline, type FolderOwnership } from "./tar-outline.ts";

/**
 * Archives and then files as one tar: the first archive large and cached, the rest small. A later member replaces an earlier one of
 * the same name, so changing a file copies nothing on disk. (mkfs.erofs and mke2fs both read it so; their tests hold them to it.)
 * `repeated` are folders that the reader has from elsewhere, see `filesTar`.
 */
export function* concatenatedTars(
  archives: readonly string[],
  files: readonly InstalledFile[],
  repeated: ReadonlyMap<string, FolderOwnership> = new Map(),
): Generator<Uint8Array> {
  const folders = new Map<string, FolderOwnership>();
  for (const archive of archives) {
    const outline = readTarOutline(archive);
    for (const [folder, ownership] of outline.folders) folders.set(folder, ownership);
    yield* segmentChunks({ offset: 0, length: outline.end, file: archive, fileOffset: 0 });
  }
  yield* filesTar(files, folders, new Map([...repeated].filter(([folder]) => !folders.has(folder))));
}
