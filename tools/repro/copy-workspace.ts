import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

// What belongs to a build though git ignores it.
const USERS_OWN = ".bazelrc.user";

/**
 * Copies a workspace to another path: what git knows or would add, and the user's own .bazelrc. A disk image that was unpacked there stays behind. Without git,
 * everything but what version control and Bazel keep beside the sources.
 */
export function copyWorkspace(from: string, to: string): void {
  fs.rmSync(to, { recursive: true, force: true });
  const tracked = spawnSync("git", ["-C", from, "ls-files", "--cached", "--others", "--exclude-standard", "-z"], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (tracked.status === 0 && tracked.stdout !== "") copyFiles(from, to, [...tracked.stdout.split("\0"), USERS_OWN]);
  else copyAll(from, to);
}

function copyFiles(from: string, to: string, names: readonly string[]): void {
  for (const name of new Set(names)) {
    const file = path.join(from, name);
    // A deleted file is still in git's index; a submodule is a folder there.
    const stat = name === "" ? undefined : fs.lstatSync(file, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    fs.mkdirSync(path.dirname(path.join(to, name)), { recursive: true });
    fs.cpSync(file, path.join(to, name), { recursive: true, verbatimSymlinks: true });
  }
}

function copyAll(from: string, to: string): void {
  fs.cpSync(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (file) => {
      const name = path.relative(from, file);
      return name.includes("/") || !(name === ".git" || name === "node_modules" || name.startsWith("bazel-"));
    },
  });
}
