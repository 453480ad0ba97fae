import { tarBytes } from "../image/tar/archive.ts";
import type { TarEntry } from "../image/tar/entry.ts";
import type { BuiltFile } from "./push-plan.ts";

/**
 * A system extension (systemd-sysext(8)) as a tar of its folder: the files at their places, and the release file without which it is not merged.
 * `ID=_any` lets it fit any OS: it is made for the very guest that gets it.
 */
export function extensionTar(name: string, files: readonly BuiltFile[], version: { path: string; text: string }): Buffer {
  const contents: { path: string; mode: number; content: Buffer }[] = [
    ...files,
    { path: version.path, mode: 0o644, content: Buffer.from(`${version.text}\n`) },
    { path: `/usr/lib/extension-release.d/extension-release.${name}`, mode: 0o644, content: Buffer.from("ID=_any\n") },
  ];
  const folders = new Set(contents.flatMap(({ path }) => parents(path)));
  const owner = { uid: 0, gid: 0, link: "" };
  return tarBytes([
    ...[...folders].sort().map((path): TarEntry => ({ path: path.slice(1), type: "directory", mode: 0o755, ...owner })),
    ...contents.map(({ path, mode, content }): TarEntry => ({ path: path.slice(1), type: "file", mode, content, ...owner })),
  ]);
}

function parents(path: string): string[] {
  const parts = path.split("/").slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
}
