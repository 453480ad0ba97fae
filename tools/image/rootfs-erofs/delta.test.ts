import { expect, test } from "@jest/globals";
import { archiveOrder } from "../tar/archive.ts";
import type { TarEntry } from "../tar/entry.ts";
import { treeDelta } from "./delta.ts";
import { listEntries } from "./listing.ts";

const common = { uid: 0, gid: 0, link: "" };
const folder = (path: string, mode = 0o755): TarEntry => ({ ...common, path, type: "directory", mode });
const file = (path: string, text: string): TarEntry => ({ ...common, path, type: "file", mode: 0o644, content: Buffer.from(text) });
const link = (path: string, target: string): TarEntry => ({ ...common, path, type: "symlink", mode: 0o777, link: target });
const hard = (path: string, target: string): TarEntry => ({ ...common, path, type: "hardlink", mode: 0o644, link: target });

function delta(before: TarEntry[], after: TarEntry[]): string[] {
  return treeDelta(archiveOrder(after), listEntries(archiveOrder(before))).map(({ path, type }) => `${type} /${path}`);
}

const before = [folder(""), folder("etc"), folder("etc/a"), file("etc/a/x", "1"), file("etc/y", "1"), hard("etc/z", "etc/y"), folder("srv"), file("srv/s", "s")];

test("nothing differs between equal trees", () => {
  expect(delta(before, [...before])).toEqual([]);
});

test("a changed file comes with the folders above it, and with its hard links", () => {
  const after = before.map((entry) => (entry.path === "etc/y" ? file("etc/y", "2") : entry));
  expect(delta(before, after)).toEqual(["directory /", "directory /etc", "file /etc/.wh.y", "file /etc/.wh.z", "file /etc/y", "hardlink /etc/z"]);
});

test("what is gone has a mark, the topmost of it only", () => {
  expect(delta(before, before.filter(({ path }) => !path.startsWith("etc/a")))).toEqual(["directory /", "directory /etc", "file /etc/.wh.a"]);
});

test("a folder that became a link takes what was in it along", () => {
  const after = [...before.filter(({ path }) => !path.startsWith("etc/a")), link("etc/a", "/srv")];
  expect(delta(before, after)).toEqual(["directory /", "directory /etc", "file /etc/.wh.a", "symlink /etc/a"]);
});

test("a folder's permissions, a new file, and a file that became a link", () => {
  const after = [...before.filter(({ path }) => path !== "srv" && path !== "etc/a/x"), folder("srv", 0o700), file("new", "n"), link("etc/a/x", "../y")];
  expect(delta(before, after)).toEqual(["directory /", "directory /etc", "directory /etc/a", "directory /srv", "file /etc/a/.wh.x", "symlink /etc/a/x", "file /new"]);
});
