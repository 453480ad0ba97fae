import fs from "node:fs";
import path from "node:path";

/** Copies a workspace to another path, without what version control and Bazel keep beside the sources. */
export function copyWorkspace(from: string, to: string): void {
  fs.rmSync(to, { recursive: true, force: true });
  fs.cpSync(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (file) => {
      const name = path.relative(from, file);
      return name.includes("/") || !(name === ".git" || name === "node_modules" || name.startsWith("bazel-"));
    },
  });
}
