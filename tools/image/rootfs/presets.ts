import path from "node:path/posix";
import { confFiles, confLines, words } from "./conf-files.ts";
import type { Tree } from "./tree.ts";

/** Whether a unit is enabled by systemd.preset(5): the first rule that matches; without any, units are enabled. */
export function presets(tree: Tree): (unit: string) => boolean {
  const rules = confFiles(tree, "systemd/system-preset", ".preset")
    .flatMap((file) => confLines(tree, file))
    .map(words)
    .filter(([action, pattern]) => (action === "enable" || action === "disable") && pattern !== undefined);
  return (unit) => rules.find(([, pattern]) => path.matchesGlob(unit, pattern!))?.[0] !== "disable";
}
