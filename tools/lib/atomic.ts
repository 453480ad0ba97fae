import fs from "node:fs";
import path from "node:path";

/** Paths that must not survive a failed or interrupted run. */
const unfinished = new Set<string>();

/** A name beside `target` for its unfinished content; removed when the tool fails or is interrupted. */
export function unfinishedPath(target: string): string {
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`);
  unfinished.add(temporary);
  return temporary;
}

/** Gives an unfinished file (of `unfinishedPath`) its final name. */
export function finish(temporary: string, target: string): void {
  fs.renameSync(temporary, target);
  unfinished.delete(temporary);
}

/** Writes a whole file so that a reader sees the old content or the new, never a part. */
export function writeFileAtomic(target: string, data: string | Uint8Array, mode = 0o644): void {
  const temporary = unfinishedPath(target);
  fs.writeFileSync(temporary, data, { mode });
  finish(temporary, target);
}

/** A new private folder for intermediate files; removed by `removeUnfinished` and by `using`. */
export function scratchFolder(purpose: string, parent = process.env["TMPDIR"] ?? "/tmp"): { path: string; [Symbol.dispose](): void } {
  const folder = fs.mkdtempSync(path.join(parent, `icos-${purpose}-`));
  unfinished.add(folder);
  return {
    path: folder,
    [Symbol.dispose]() {
      fs.rmSync(folder, { recursive: true, force: true });
      unfinished.delete(folder);
    },
  };
}

/** Removes what unfinished work left behind. Called on failure and on signals. */
export function removeUnfinished(): void {
  for (const leftover of unfinished) fs.rmSync(leftover, { recursive: true, force: true });
  unfinished.clear();
}
