import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import zlib from "node:zlib";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { contentBytes } from "../tar/content.ts";
import { readAr } from "./ar.ts";
import { parseControl } from "./control.ts";
import { openDebs } from "./deb.ts";
import { decompress, type Compressed } from "./decompress.ts";
import { file, folder, makeAr, makeDeb } from "./testing/make-deb.ts";
import { pinnedTool } from "./testing/tool.ts";
import { xzSize } from "./xz-size.ts";

const xz = pinnedTool("xz");
let scratch = "";
beforeAll(() => {
  scratch = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? os.tmpdir(), "deb-"));
});
afterAll(() => fs.rmSync(scratch, { recursive: true }));

const compress = (text: string | Buffer, ...flags: string[]): Buffer =>
  execFileSync(xz, ["--stdout", ...flags], { input: text, maxBuffer: 1 << 28 });

async function all(files: readonly Compressed[], program = xz): Promise<string[]> {
  const found: string[] = [];
  for await (const { content } of decompress(files, program)) found.push(contentBytes(content).toString());
  return found;
}

test("ar members are found by name, odd sizes and GNU's trailing slash included", () => {
  const archive = makeAr([
    ["debian-binary", Buffer.from("2.0\n")],
    ["odd", Buffer.from("abc")],
    ["gnu/", Buffer.from("x")],
  ]);
  expect(Object.fromEntries([...readAr(archive)].map(([name, bytes]) => [name, bytes.toString()]))).toEqual({
    "debian-binary": "2.0\n",
    odd: "abc",
    gnu: "x",
  });
});

test("a file that is no ar archive, or is cut short, is refused", () => {
  const archive = makeAr([["name", Buffer.from("content")]]);
  expect(() => readAr(Buffer.from("PK"))).toThrow("not an ar archive");
  expect(() => readAr(archive.subarray(0, 70))).toThrow("ar archive ends early: member at byte 8 needs 7 bytes, 2 are left");
});

test("the size of .xz data is read from its index, also with several blocks and streams", () => {
  expect(xzSize(compress("hello"))).toBe(5);
  expect(xzSize(compress(""))).toBe(0);
  expect(xzSize(compress(Buffer.alloc(300_000), "--block-size=65536"))).toBe(300_000);
  expect(xzSize(Buffer.concat([compress("hello"), Buffer.alloc(8), compress("world!")]))).toBe(11);
  expect(() => xzSize(Buffer.from("no xz file, but longer than its header"))).toThrow("not a .xz file");
});

test("all .xz files go through one process and come out apart", async () => {
  const large = "0123456789".repeat(100_000);
  const files = [
    { name: "a.xz", bytes: compress("first") },
    { name: "b.zst", bytes: zlib.zstdCompressSync(Buffer.from("second")) },
    { name: "c.xz", bytes: compress(large) },
    { name: "d.gz", bytes: zlib.gzipSync("fourth") },
    { name: "e.xz", bytes: compress("") },
    { name: "f.tar", bytes: Buffer.from("plain") },
  ];
  expect(await all(files)).toEqual(["first", "second", large, "fourth", "", "plain"]);
});

test("damaged .xz data fails with the name of the file and what xz says", async () => {
  const damaged = Buffer.from(compress("some text that is long enough to be compressed, compressed, compressed"));
  damaged[30] = damaged[30]! ^ 0xff;
  const files = [{ name: "a.xz", bytes: compress("a") }, { name: "x.deb/data.tar.xz", bytes: damaged }];
  await expect(all(files)).rejects.toThrow(/^x\.deb\/data\.tar\.xz: exit 1: .*corrupt/s);
});

test("data of the right size with a wrong checksum fails too", async () => {
  const damaged = compress("hello");
  // The CRC64 of the only block lies before the index (8 bytes here) and the footer (12): The .xz File Format 1.2.1.
  damaged[damaged.length - 12 - 8 - 1]! ^= 0xff;
  await expect(all([{ name: "x.xz", bytes: damaged }])).rejects.toThrow(/^x\.xz: exit 1: .*corrupt/s);
});

test("a missing xz program is named", async () => {
  await expect(all([{ name: "x.xz", bytes: compress("x") }], "/nonexistent/xz")).rejects.toThrow("/nonexistent/xz");
});

test.each(["gz", "zst"] as const)("a package with %s members is opened", async (compression) => {
  const deb = path.join(scratch, `${compression}.deb`);
  fs.writeFileSync(deb, makeDeb({ name: "sample", postinst: "#!/bin/sh\n", entries: [folder("usr"), file("usr/x", "x")] }, compression));
  const found = [];
  for await (const { control, data } of openDebs([deb], xz)) found.push([[...control.keys()], [...data].map((entry) => entry.path)]);
  expect(found).toEqual([
    [
      ["control", "postinst"],
      ["usr", "usr/x"],
    ],
  ]);
});

test("a package without data is named", async () => {
  const deb = path.join(scratch, "empty.deb");
  fs.writeFileSync(deb, makeAr([["debian-binary", Buffer.from("2.0\n")]]));
  await expect(openDebs([deb], xz).next()).rejects.toThrow("empty.deb: expected a member control.tar.*, got debian-binary");
});

test("control fields may go on over several lines", () => {
  const fields = parseControl("Package: a\nDepends: b,\n c (>= 1:2)\nDescription: short\n long\n .\n more\n");
  expect(fields.get("Depends")).toBe("b,\n c (>= 1:2)");
  expect(fields.get("Package")).toBe("a");
});
