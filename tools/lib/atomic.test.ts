import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { removeUnfinished, scratchFolder, unfinishedPath, writeFileAtomic } from "./atomic.ts";

test("replaces a file whole and leaves nothing beside it", () => {
  using folder = scratchFolder("atomic-test");
  const target = path.join(folder.path, "f");
  writeFileAtomic(target, "old");
  writeFileAtomic(target, "new", 0o600);
  expect(fs.readFileSync(target, "utf8")).toBe("new");
  expect(fs.statSync(target).mode & 0o777).toBe(0o600);
  expect(fs.readdirSync(folder.path)).toEqual(["f"]);
});

test("removes what was not finished", () => {
  const folder = scratchFolder("atomic-test");
  const temporary = unfinishedPath(path.join(folder.path, "f"));
  fs.writeFileSync(temporary, "half");
  removeUnfinished();
  expect(fs.existsSync(temporary)).toBe(false);
  expect(fs.existsSync(folder.path)).toBe(false);
});
