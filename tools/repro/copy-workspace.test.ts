import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { scratchFolder } from "../lib/atomic.ts";
import { copyWorkspace } from "./copy-workspace.ts";

const folder = scratchFolder("copy-test");
const [from, to] = [path.join(folder.path, "from"), path.join(folder.path, "to/there")];

beforeEach(() => {
  fs.rmSync(from, { recursive: true, force: true });
  for (const name of ["MODULE.bazel", "tools/new.ts", "disk.img", ".bazelrc.user", "node_modules/x"]) {
    fs.mkdirSync(path.dirname(path.join(from, name)), { recursive: true });
    fs.writeFileSync(path.join(from, name), name);
  }
  fs.symlinkSync("tools/new.ts", path.join(from, "link"));
});

function copied(): string[] {
  copyWorkspace(from, to);
  return fs.readdirSync(to, { recursive: true, encoding: "utf8" }).filter((name) => !fs.lstatSync(path.join(to, name)).isDirectory()).sort();
}

test("a git work tree: what git knows or would add, and the user's own flags", () => {
  fs.writeFileSync(path.join(from, ".gitignore"), "disk.img\n.bazelrc.user\nnode_modules\n");
  const git = (...args: string[]): number | null => spawnSync("git", ["-C", from, ...args], { env: { PATH: process.env["PATH"], HOME: folder.path } }).status;
  if (git("init", "-q") !== 0) throw new Error("git init failed");
  git("add", "MODULE.bazel", "link");
  expect(copied()).toEqual([".bazelrc.user", ".gitignore", "MODULE.bazel", "link", "tools/new.ts"]);
  expect(fs.readlinkSync(path.join(to, "link"))).toBe("tools/new.ts");
});

test("no git: all but packages and links of Bazel", () => {
  fs.symlinkSync("/nonexistent", path.join(from, "bazel-out"));
  expect(copied()).toEqual([".bazelrc.user", "MODULE.bazel", "disk.img", "link", "tools/new.ts"]);
});
