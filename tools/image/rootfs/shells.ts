import path from "node:path/posix";
import { confLines } from "./conf-files.ts";
import type { Tree } from "./tree.ts";

/** Writes /etc/shells as update-shells(8) does: every shell a package names, by that name and by its path on merged /usr. */
export function addShells(tree: Tree): void {
  const template = "usr/share/debianutils/shells";
  if (!tree.has(template)) return;
  const shells = new Set<string>();
  for (const file of [template, ...tree.below(`${template}.d`)]) {
    for (const shell of confLines(tree, file)) {
      shells.add(shell);
      shells.add(`/${path.join(tree.resolve(path.dirname(shell).slice(1)), path.basename(shell))}`);
    }
  }
  tree.file("etc/shells", `# /etc/shells: valid login shells\n${[...shells].map((shell) => `${shell}\n`).join("")}`);
}
