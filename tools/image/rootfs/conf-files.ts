import path from "node:path/posix";
import { byteOrder } from "../tar/byte-order.ts";
import type { Tree } from "./tree.ts";

/**
 * Configuration files of a systemd drop-in folder in the order in which systemd reads them: by file name; a file in /etc hides one of the
 * same name in /usr/lib, and a link to /dev/null hides it altogether (sysusers.d(5), "Configuration Directories and Precedence").
 */
export function confFiles(tree: Tree, name: string, ending: string): string[] {
  const byName = new Map<string, string>();
  for (const folder of [`usr/lib/${name}`, `etc/${name}`]) {
    for (const file of tree.below(folder))
      if (file.endsWith(ending) && path.dirname(file) === folder) byName.set(path.basename(file), file);
  }
  return [...byName.entries()].sort(([a], [b]) => byteOrder(a, b)).map(([, file]) => file);
}

/** Lines of a configuration file without comments and blank lines. */
export function confLines(tree: Tree, file: string): string[] {
  return (tree.text(file) ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** Words of a line; quoted ones may hold spaces. `""` gives an empty word. */
export function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3]!);
}
