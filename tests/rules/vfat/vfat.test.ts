import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { makeVfat } from "../../../tools/image/vfat/image.ts";
import { runfile } from "../../../tools/lib/runfiles.ts";

const file = (name: string): string => runfile(process.env[name]!);
const run = (tool: string, ...args: string[]): string => execFileSync(file(tool), args, { encoding: "utf8", env: { ...process.env, TZ: "UTC" } });

test("fsck.vfat finds nothing wrong", () => {
  // Two files, two folders, the label.
  expect(run("FSCK", "-n", file("ESP"))).toMatch(/5 files, \d+\/\d+ clusters/);
});

test("files are where they were asked for, with label, serial number and time of all outputs", () => {
  const listing = run("MTOOLS", "-c", "mdir", "-/", "-i", file("ESP"), "::/");
  expect(listing).toContain("Volume in drive : is ESP");
  expect(listing).toContain("Volume Serial Number is 1BAF-6DCF");
  expect(listing).toMatch(/BOOTX64\s+EFI\s+\d+ 2023-11-14\s+22:13/);
  expect(listing).toContain("long file name.txt");
  expect(run("MTOOLS", "-c", "mtype", "-i", file("ESP"), "::/EFI/BOOT/BOOTX64.EFI")).toBe(fs.readFileSync(file("SOURCE"), "utf8"));
});

test("a file too large: the message says by how much; a little more room is enough", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "vfat-"));
  const source = path.join(folder, "large");
  fs.writeFileSync(source, Buffer.alloc(2 ** 21));
  const tools = { mkfsVfat: file("MKFS"), mtools: file("MTOOLS") };
  const make = (bytes: number): Promise<void> => makeVfat(tools, { bytes, label: "X", volumeId: "00000001" }, [{ source, path: "a/b", mode: 0o644 }], path.join(folder, "out.img"));
  await expect(make(2 ** 20)).rejects.toThrow(/out\.img: the file system is .* too small: the content needs .*, there is room for/);
  await make(2 ** 21 + 2 ** 16);
  expect(run("FSCK", "-n", path.join(folder, "out.img"))).toContain("3 files");
  fs.rmSync(folder, { recursive: true });
});
