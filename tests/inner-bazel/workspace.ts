import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { runfile } from "../../tools/lib/runfiles.ts";

/** The workspace under test, as it lies on disk: Bazel's runfiles are links into it. */
export const root = path.dirname(fs.realpathSync(runfile("_main/MODULE.bazel")));

/** Copies the workspace, a user's own .bazelrc.user included, to `target`, which is emptied first. */
export function copyWorkspace(target: string): void {
  const skipped = [".git", "node_modules", "disk.img"];
  fs.rmSync(target, { recursive: true, force: true });
  fs.cpSync(root, target, {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    filter: (file) => {
      const name = path.relative(root, file);
      return name.includes("/") || (!skipped.includes(name) && !name.startsWith("bazel-"));
    },
  });
}

/** A folder that stays from one run of a test to the next: what is fetched there need not be fetched again. */
export function lastingFolder(name: string): string {
  const cache = process.env["XDG_CACHE_HOME"] ?? path.join(os.userInfo().homedir, ".cache");
  const folder = path.join(cache, "rules_icos", "tests", name);
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

/** Replaces text of a file in a copied workspace; the text must be there. */
export function edit(workspace: string, file: string, from: string, to: string): void {
  const full = path.join(workspace, file);
  const text = fs.readFileSync(full, "utf8");
  if (!text.includes(from)) throw new Error(`${file}: expected the text ${JSON.stringify(from)}, for the test to replace it`);
  fs.writeFileSync(full, text.replace(from, to));
}
