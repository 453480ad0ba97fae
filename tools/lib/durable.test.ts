import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { writeDurably } from "./durable.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "durable-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

test("a file is replaced as a whole, with its mode, and nothing is left beside it", async () => {
  const file = path.join(folder, "kept");
  await writeDurably(file, "one", 0o640);
  const before = fs.statSync(file).ino;
  await writeDurably(file, "two", 0o640);
  expect(fs.readFileSync(file, "utf8")).toBe("two");
  expect(fs.statSync(file).ino).not.toBe(before);
  expect(fs.statSync(file).mode & 0o777).toBe(0o640);
  expect(fs.readdirSync(folder)).toEqual(["kept"]);
});

test("the mode does not depend on the umask", async () => {
  const before = process.umask(0o077);
  try {
    await writeDurably(path.join(folder, "open"), "x", 0o644);
  } finally {
    process.umask(before);
  }
  expect(fs.statSync(path.join(folder, "open")).mode & 0o777).toBe(0o644);
  fs.rmSync(path.join(folder, "open"));
});

test("a write that fails leaves the old content and no temporary file", async () => {
  const target = path.join(folder, "folder");
  fs.mkdirSync(path.join(target, "inside"), { recursive: true });
  await expect(writeDurably(target, "x")).rejects.toThrow();
  expect(fs.readdirSync(target)).toEqual(["inside"]);
  expect(fs.readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});
