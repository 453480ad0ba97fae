import fs from "node:fs";
import { expect, test } from "@jest/globals";
import { file, symlink } from "../deb/testing/make-deb.ts";
import { FileIndex } from "../layer/file-index.ts";
import { FileType, writeCpio } from "./cpio.ts";
import { elfNeeds } from "./elf.ts";
import { collectPrograms } from "./programs.ts";

test("a cpio archive has these bytes", () => {
  const archive = writeCpio([
    { path: "init", mode: FileType.regular | 0o755, data: Buffer.from("hello") },
    { path: "dev/console", mode: FileType.character | 0o600, device: { major: 5, minor: 1 } },
  ]);
  // newc: magic, then ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check, eight hex digits each.
  const header = (ino: number, mode: string, links: number, size: number, rdev: string, namesize: number): string =>
    `070701${ino.toString(16).padStart(8, "0")}${mode.padStart(8, "0")}${"0".repeat(16)}0000000${links}${"0".repeat(8)}${size.toString(16).padStart(8, "0")}${"0".repeat(16)}${rdev}${namesize.toString(16).padStart(8, "0")}${"0".repeat(8)}`;
  const none = "0".repeat(16);
  expect(archive.toString("latin1")).toBe(
    [
      `${header(1, "41ed", 2, 0, none, 4)}dev\0\0\0`,
      `${header(2, "2180", 1, 0, "0000000500000001", 12)}dev/console\0\0\0`,
      `${header(3, "81ed", 1, 5, none, 5)}init\0\0hello\0\0\0`,
      `${header(0, "0", 1, 0, none, 11)}TRAILER!!!\0\0\0\0`,
    ].join(""),
  );
});

test("the order of entries does not matter", () => {
  const entries = ["a", "b/c", "b", "Z"].map((path) => ({ path, mode: FileType.regular | 0o644, data: Buffer.from(path) }));
  expect(writeCpio(entries)).toEqual(writeCpio(entries.toReversed()));
});

// The running Node is a dynamic program of a known kind.
test("a real program names its loader and libraries", () => {
  const needs = elfNeeds(fs.readFileSync(process.execPath));
  expect(needs!.interpreter).toMatch(/\/ld-linux-x86-64\.so\.2$/);
  expect(needs!.libraries).toContain("libc.so.6");
});

test("a script is no ELF file; a 32-bit program is refused", () => {
  expect(elfNeeds(Buffer.from("#!/bin/sh\n"))).toBeUndefined();
  expect(() => elfNeeds(Buffer.from("\x7fELF\x01\x01", "latin1"))).toThrow("expected a 64-bit little-endian ELF file");
});

const folder = "usr/lib/x86_64-linux-gnu";
const program = fakeElf("/lib64/ld-linux-x86-64.so.2", ["libone.so.1", "libc.so.6"]);

function index(...entries: ReturnType<typeof file>[]): FileIndex {
  return new FileIndex([{ name: "all", control: "", fields: new Map(), postinst: "", entries }]);
}

test("a program brings its loader and the libraries of its libraries, through links", () => {
  const files = index(
    file("usr/sbin/tool", "", { content: program }),
    file(`${folder}/libone.so.1.5`, "", { content: fakeElf(undefined, ["libtwo.so.2", "libc.so.6"]) }),
    symlink(`${folder}/libone.so.1`, "libone.so.1.5"),
    file(`${folder}/libtwo.so.2`, "", { content: fakeElf(undefined, []) }),
    file(`${folder}/libc.so.6`, "", { content: fakeElf(undefined, ["ld-linux-x86-64.so.2"]) }),
    file(`${folder}/ld-linux-x86-64.so.2`, "", { content: fakeElf(undefined, []) }),
    symlink("usr/lib64/ld-linux-x86-64.so.2", "../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"),
  );
  const problems: string[] = [];
  const entries = collectPrograms(files, { "/usr/sbin/tool": "bin/tool" }, problems);
  expect(problems).toEqual([]);
  expect(entries.map((entry) => entry.path).sort()).toEqual([
    "bin/tool",
    "lib/libc.so.6",
    "lib/libone.so.1",
    "lib/libtwo.so.2",
    "lib64/ld-linux-x86-64.so.2",
  ]);
});

test("everything that is missing is reported, with what wants it", () => {
  const problems: string[] = [];
  collectPrograms(
    index(file("usr/sbin/tool", "", { content: program })),
    { "/usr/sbin/tool": "bin/tool", "/usr/bin/none": "bin/none" },
    problems,
  );
  expect(problems).toEqual([
    "/usr/sbin/tool: no package has /lib64/ld-linux-x86-64.so.2",
    "/usr/sbin/tool: no package has libone.so.1",
    "/usr/sbin/tool: no package has libc.so.6",
    "binaries: no package has /usr/bin/none",
  ]);
});

/** The smallest ELF file that names a loader and libraries: elf(5). */
function fakeElf(interpreter: string | undefined, libraries: readonly string[]): Buffer {
  const strings = ["", ...libraries, interpreter ?? ""];
  const offsets = strings.map((_, at) => strings.slice(0, at).join("\0").length + (at === 0 ? 0 : 1));
  const [segmentsAt, dynamicAt] = [64, 64 + 3 * 56];
  const stringsAt = dynamicAt + (libraries.length + 2) * 16;
  const bytes = Buffer.alloc(stringsAt + 1000);
  bytes.write("\x7fELF\x02\x01", "latin1");
  bytes.writeBigUInt64LE(BigInt(segmentsAt), 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(3, 56);
  const segment = (at: number, type: number, offset: number, size: number): void => {
    bytes.writeUInt32LE(type, at);
    bytes.writeBigUInt64LE(BigInt(offset), at + 8);
    bytes.writeBigUInt64LE(BigInt(offset + 0x400000), at + 16);
    bytes.writeBigUInt64LE(BigInt(size), at + 32);
  };
  segment(segmentsAt, 1, 0, bytes.length);
  segment(segmentsAt + 56, 2, dynamicAt, (libraries.length + 2) * 16);
  segment(segmentsAt + 112, interpreter === undefined ? 4 : 3, stringsAt + offsets.at(-1)!, 8);
  const dynamic = [...libraries.map((_, at) => [1, offsets[at + 1]!]), [5, stringsAt + 0x400000], [0, 0]];
  dynamic.forEach(([tag, value], at) => {
    bytes.writeBigInt64LE(BigInt(tag!), dynamicAt + at * 16);
    bytes.writeBigUInt64LE(BigInt(value!), dynamicAt + at * 16 + 8);
  });
  bytes.write(strings.join("\0"), stringsAt, "latin1");
  return bytes;
}
