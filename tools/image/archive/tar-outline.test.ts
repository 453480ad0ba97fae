import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { contentBytes } from "../tar/content.ts";
import { fillHeader, sealHeader } from "../tar/header.ts";
import { readTar } from "../tar/read.ts";
import { concatenatedTars } from "./concatenate.ts";
import { filesTar } from "./files-tar.ts";
import { parseInstalledFiles } from "./installed-files.ts";
import { readTarOutline } from "./tar-outline.ts";

let folder = "";
beforeEach(() => void (folder = fs.mkdtempSync(path.join(os.tmpdir(), "tar-"))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

function file(name: string, content: Iterable<Uint8Array> | string): string {
  const target = path.join(folder, name);
  fs.writeFileSync(target, typeof content === "string" ? content : Buffer.concat(Array.from(content, (piece) => Buffer.from(piece))));
  return target;
}

/** Names, modes and contents of the members, in order. */
function list(tar: Buffer): string[] {
  return [...readTar(tar)].map(({ path: name, mode, content }) => `${mode.toString(8)} ${name} ${content === undefined ? "" : contentBytes(content).toString()}`.trimEnd());
}

test("files come sorted with the folders above them, whatever the order of the flags", () => {
  const [x, y] = [file("x", "X"), file("y", "Y")];
  const flags = [`b/c/x:0755=${x}`, `a=${y}`, `b/y=${y}`];
  const tar = (order: string[]): Buffer => Buffer.concat(Array.from(filesTar(parseInstalledFiles(order)), (piece) => Buffer.from(piece)));
  expect(list(tar(flags))).toEqual(["644 a Y", "755 b", "755 b/c", "755 b/c/x X", "644 b/y Y"]);
  expect(tar(flags.toReversed()).equals(tar(flags))).toBe(true);
});

test("the outline of an archive: its end without the zero blocks, its folders", () => {
  const tar = file("a.tar", filesTar(parseInstalledFiles([`b/c/x=${file("x", "x".repeat(513))}`])));
  expect(readTarOutline(tar)).toEqual({ end: 512 * 3 + 1024, folders: new Map([["b/", { mode: 0o755, uid: 0, gid: 0 }], ["b/c/", { mode: 0o755, uid: 0, gid: 0 }]]) });
});

test("data that ends with zeros is no end of archive", () => {
  const tar = file("a.tar", filesTar(parseInstalledFiles([`zeros=${file("zeros", "\0".repeat(4096))}`])));
  expect(readTarOutline(tar).end).toBe(512 + 4096);
});

test("names of GNU's and pax's long-name members, and of a ustar prefix, are seen", () => {
  const long = `${"d".repeat(120)}/`;
  const member = (name: string, type: string, data: string): Buffer[] => {
    const header = Buffer.alloc(512);
    fillHeader(header, Buffer.from(name), { type: "directory", mode: 0o755, uid: 0, gid: 0 }, data.length, Buffer.alloc(0), 0, type);
    return [header, Buffer.from(data.padEnd(Math.ceil(data.length / 512) * 512, "\0"))];
  };
  const [prefixed] = member("inner/", "5", "") as [Buffer];
  prefixed.write("outer", 345);
  sealHeader(prefixed);
  const tar = file("a.tar", [
    ...[...member("././@LongLink", "L", `${long}\0`), ...member("short/", "5", "")],
    ...[...member("pax", "x", `${long.length + 13} path=./e${long}\n`), ...member("short/", "5", "")],
    ...[prefixed, ...member("plain/", "5", ""), Buffer.alloc(1024)],
  ]);
  expect([...readTarOutline(tar).folders.keys()]).toEqual([long, `e${long}`, "outer/inner/", "plain/"]);
});

test("concatenation drops the ends between archives, and does not repeat folders that are there", () => {
  const x = file("x", "X");
  const first = file("1.tar", filesTar(parseInstalledFiles([`b/x=${x}`])));
  const second = file("2.tar", filesTar(parseInstalledFiles([`c/x=${x}`])));
  const tar = Buffer.concat(Array.from(concatenatedTars([first, second], parseInstalledFiles([`b/new/y=${x}`])), (piece) => Buffer.from(piece)));
  expect(list(tar)).toEqual(["755 b", "644 b/x X", "755 c", "644 c/x X", "755 b/new", "644 b/new/y X"]);
  expect(tar.subarray(-1024).every((byte) => byte === 0)).toBe(true);
});

test("what is no archive is refused with the place", () => {
  expect(() => readTarOutline(file("a.tar", "x".repeat(600)))).toThrow("expected a tar header at byte 0");
  expect(() => readTarOutline(file("b.tar", "x"))).toThrow("b.tar: ends early at byte 0");
});

test("bad --file flags are reported together", () => {
  expect(() => parseInstalledFiles(["nothing", "a:999=x", "../up=x", "/a//b=x", "/a=x", "a=y"])).toThrow(
    [
      "files of the image: 5 problems",
      "  - expected /path[:octal mode]=source, got `nothing`",
      "  - expected /path[:octal mode]=source, got `a:999=x`",
      "  - path: expected one without empty parts, . and .., got `../up`",
      "  - path: expected one without empty parts, . and .., got `a//b`",
      "  - a is given twice",
    ].join("\n"),
  );
});
