import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import type { FramesIndex } from "../../../tools/image/archive/frames.ts";
import { PIECE_BYTES } from "../../../tools/image/archive/pieces.ts";
import { runfile } from "../../../tools/lib/runfiles.ts";

// zstd reads no links.
const given = (name: string): string => (["FSCK", "ZSTD"].includes(name) ? (file: string) => file : fs.realpathSync)(runfile(process.env[name]!.split(" ")[0]!));
const scratch = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? os.tmpdir(), "erofs-"));
afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }));

/** Path, permissions and content of all that an image holds. */
function tree(image: string): string[] {
  const folder = path.join(scratch, path.basename(image));
  execFileSync(given("FSCK"), [`--extract=${folder}`, "--preserve-perms", "--no-preserve-owner", image], { stdio: "pipe" });
  return fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).concat(".").sort().map((name) => {
    const file = path.join(folder, name);
    const stat = fs.lstatSync(file);
    const content = stat.isFile() ? fs.readFileSync(file).toString("base64") : stat.isSymbolicLink() ? fs.readlinkSync(file) : "";
    return `${name} ${stat.mode.toString(8)} ${content}`;
  });
}

test("an image made in two steps has the tree of one made at once, permissions of folders included", () => {
  const [one, two] = [tree(given("ONE")), tree(given("TWO"))];
  expect(two).toEqual(one);
  // What the comparison is about is there.
  const names = two.map((line) => line.split(" ").slice(0, 2).join(" "));
  expect(names).toEqual(expect.arrayContaining(["root 40700", "srv/shared 42750", "srv/shared/added 40755", "srv/shared/added/deep 100755", "etc/replaced 100644"]));
  expect(tree(given("BASE"))).not.toEqual(one);
});

test("the second step changes inodes of the base, and hardly anything else", () => {
  const [base, image] = [fs.readFileSync(given("BASE")), fs.readFileSync(given("TWO"))];
  const blocks = Array.from({ length: base.length / 4096 }, (_, index) => index);
  const changed = blocks.filter((index) => !base.subarray(index * 4096, (index + 1) * 4096).equals(image.subarray(index * 4096, (index + 1) * 4096)));
  expect(changed.length).toBeGreaterThan(0);
  expect(changed.length).toBeLessThan(4);
});

test("an archive that reuses frames copies them, and holds the same as one that does not", () => {
  const content = (name: string): Buffer => execFileSync(given("ZSTD"), ["-dc", given(name)], { maxBuffer: 1 << 28 });
  expect(content("REUSING").equals(content("ALONE"))).toBe(true);
  expect(content("OTHER_LEVEL").equals(content("ALONE"))).toBe(true);

  const [data, index] = ["zst", "json"].map((end) => runfile(process.env["FRAMES"]!.split(" ").find((file) => file.endsWith(end))!)) as [string, string];
  const { frames } = JSON.parse(fs.readFileSync(index, "utf8")) as FramesIndex;
  const [base, image] = [fs.readFileSync(given("PLAIN_BASE")), fs.readFileSync(given("PLAIN"))];
  const place = (file: Buffer, piece: number): Buffer => file.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES);
  const same = frames.filter(({ piece }) => place(base, piece).equals(place(image, piece)));
  expect(same.length).toBeGreaterThan(0);
  const stored = fs.readFileSync(data);
  const inArchive = (name: string): number => {
    const archive = fs.readFileSync(given(name));
    return same.filter(({ offset, length }) => archive.includes(stored.subarray(offset, offset + length))).length;
  };
  expect(inArchive("REUSING")).toBe(same.length);
  // Frames of another level are left alone.
  expect(inArchive("OTHER_LEVEL")).toBe(0);
});
