import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { pinnedTool } from "../deb/testing/tool.ts";
import { archiveOrder, tarBytes, writeTarFile } from "./archive.ts";
import { contentBytes, openContent } from "./content.ts";
import { END_OF_ARCHIVE, type TarEntry } from "./entry.ts";
import { readTar, readTarFile } from "./read.ts";
import { tarPieces } from "./write.ts";

let folder = "";
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? os.tmpdir(), "tar-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const long = `${"folder/".repeat(20)}name`;
const owned = { mode: 0o644, uid: 0, gid: 0, link: "" };
const samples: TarEntry[] = [
  { ...owned, path: "", type: "directory", mode: 0o755 },
  { ...owned, path: "dev/null", type: "character", mode: 0o666, device: { major: 1, minor: 3 } },
  { ...owned, path: "etc", type: "directory", mode: 0o750, uid: 12, gid: 4242 },
  { ...owned, path: "etc/empty", type: "file", content: Buffer.alloc(0) },
  { ...owned, path: "etc/Főtanúsítvány", type: "file", content: Buffer.from("naïve\n") },
  {
    ...owned,
    path: "etc/ping",
    type: "file",
    mode: 0o4755,
    content: Buffer.from("x"),
    xattrs: { "security.capability": Buffer.from([1, 0, 0x3d, 10, 0xff]) },
  },
  { ...owned, path: "link", type: "symlink", mode: 0o777, link: `/${long}` },
  { ...owned, path: long, type: "file", content: Buffer.alloc(1537, "a") },
  { ...owned, path: "second", type: "hardlink", link: long },
];

function write(name: string, entries: Iterable<TarEntry>): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, tarBytes(entries));
  return file;
}

const plain = (entry: TarEntry): unknown => ({ ...entry, content: entry.content && contentBytes(entry.content).toString("latin1") });

test("what is written is read back, from memory and from disk", () => {
  const file = write("round.tar", samples);
  expect([...readTar(fs.readFileSync(file))].map(plain)).toEqual(samples.map(plain));
  expect([...readTarFile(file)].map(plain)).toEqual(samples.map(plain));
});

test("in pieces for a pipe, the archive has the same bytes", () => {
  const large: TarEntry = { ...owned, path: "large", type: "file", content: openContent(write("large.tar", [{ ...samples[7]!, content: Buffer.alloc(3_000_001, "b") }])) };
  const entries = [...samples.slice(0, 8), large, ...samples.slice(8)];
  const pieces = Array.from(tarPieces(entries), (piece) => Buffer.from(piece));
  expect(pieces.length).toBeGreaterThan(2);
  expect(Buffer.concat(pieces).equals(tarBytes(entries))).toBe(true);
});

test("an archive that was cut is refused, wherever", () => {
  const whole = tarBytes(samples.slice(7));
  expect(() => [...readTar(whole)]).not.toThrow();
  const end = whole.length - END_OF_ARCHIVE;
  expect(() => [...readTar(whole.subarray(0, end))]).toThrow(`tar archive: ends early at byte ${end}`);
  for (let cut = 1; cut < end; cut += 100) expect(() => [...readTar(whole.subarray(0, cut))]).toThrow("ends early");
  const file = path.join(folder, "cut.tar");
  fs.writeFileSync(file, whole.subarray(0, end - 600));
  expect(() => [...readTarFile(file)]).toThrow(`${file}: ends early`);
});

// GNU tar is the second opinion on the format.
test("GNU tar lists the same names, modes, owners and links", () => {
  const listing = execFileSync(pinnedTool("tar"), ["--numeric-owner", "--full-time", "-tvf", write("list.tar", samples)], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], TZ: "UTC", LC_ALL: "C.UTF-8" },
  });
  expect(listing.replaceAll(long, "LONG")).toMatchInlineSnapshot(`
"drwxr-xr-x 0/0               0 2023-11-14 22:13:20 ./
crw-rw-rw- 0/0             1,3 2023-11-14 22:13:20 ./dev/null
drwxr-x--- 12/4242           0 2023-11-14 22:13:20 ./etc/
-rw-r--r-- 0/0               0 2023-11-14 22:13:20 ./etc/empty
-rw-r--r-- 0/0               7 2023-11-14 22:13:20 ./etc/Főtanúsítvány
-rwsr-xr-x 0/0               1 2023-11-14 22:13:20 ./etc/ping
lrwxrwxrwx 0/0               0 2023-11-14 22:13:20 ./link -> /LONG
-rw-r--r-- 0/0            1537 2023-11-14 22:13:20 ./LONG
hrw-r--r-- 0/0               0 2023-11-14 22:13:20 ./second link to ./LONG
"
`);
});

test("archives of GNU tar with long names and links are read", () => {
  const source = path.join(folder, "source");
  fs.mkdirSync(path.join(source, path.dirname(long)), { recursive: true });
  fs.writeFileSync(path.join(source, long), "content");
  fs.symlinkSync(`/${long}`, path.join(source, "a-link"));
  for (const format of ["gnu", "pax", "ustar"]) {
    const file = path.join(folder, `${format}.tar`);
    // ustar has room for 100 bytes of link target, so the link is left out there.
    execFileSync(pinnedTool("tar"), [
      "-C",
      source,
      "--sort=name",
      `--format=${format}`,
      ...(format === "ustar" ? ["--exclude=a-link"] : []),
      "-cf",
      file,
      ".",
    ]);
    const entries = [...readTarFile(file)];
    const found = entries.find((entry) => entry.path === long);
    expect(contentBytes(found!.content!).toString()).toBe("content");
    if (format !== "ustar") expect(entries.find((entry) => entry.path === "a-link")!.link).toBe(`/${long}`);
  }
});

test("an archive ends with exactly two zero blocks, so that archives can be joined", () => {
  const first = fs.readFileSync(write("first.tar", samples.slice(0, 4)));
  const second = fs.readFileSync(write("second.tar", samples.slice(4, 5)));
  const joined = Buffer.concat([first.subarray(0, first.length - END_OF_ARCHIVE), second]);
  expect([...readTar(joined)].map((entry) => entry.path)).toEqual(samples.slice(0, 5).map((entry) => entry.path));
  expect(first.subarray(first.length - END_OF_ARCHIVE).every((byte) => byte === 0)).toBe(true);
  expect(END_OF_ARCHIVE).toBe(1024);
  expect(first[first.length - END_OF_ARCHIVE - 512]).not.toBe(0);
});

test("content larger than the write buffer keeps its bytes", async () => {
  const large = Buffer.alloc(9 * 1024 * 1024 + 77, "0123456789abcdef");
  const source = path.join(folder, "large");
  fs.writeFileSync(source, large);
  const file = path.join(folder, "large.tar");
  await writeTarFile(file, [{ ...owned, path: "large", type: "file", content: openContent(source) }, samples[4]!]);
  const [entry, after] = [...readTarFile(file)];
  expect(contentBytes(entry!.content!).equals(large)).toBe(true);
  expect(after!.path).toBe("etc/Főtanúsítvány");
});

test("order does not depend on the order of the input, and hard links come after their targets", () => {
  const shuffled = [samples[8]!, samples[2]!, samples[7]!, samples[0]!, samples[5]!];
  expect(archiveOrder(shuffled).map((entry) => entry.path)).toEqual(["", "etc", "etc/ping", long, "second"]);
  expect(fs.readFileSync(write("a.tar", archiveOrder(shuffled)))).toEqual(
    fs.readFileSync(write("b.tar", archiveOrder(shuffled.toReversed()))),
  );
});

test("a damaged header is refused", () => {
  const bytes = fs.readFileSync(write("damaged.tar", samples));
  bytes[3] = bytes[3]! ^ 1;
  expect(() => [...readTar(bytes)]).toThrow(/damaged header: checksum/);
});
