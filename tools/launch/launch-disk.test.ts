import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { scratchFolder } from "../lib/atomic.ts";
import { appendToKernel, fileSource, prepareDisk } from "./launch-disk.ts";

// In qemu-img's place: the overlay is a note of its arguments.
const fakeQemuImg = '#!/bin/sh\nfor last do :; done\necho "$@" > "$last"\n';

function setUp(folder: string): { raw: string; state: string; qemuImg: string } {
  const [raw, state, qemuImg] = [path.join(folder, "disk.img"), path.join(folder, "state"), path.join(folder, "qemu-img")];
  fs.writeFileSync(raw, "raw bytes");
  fs.mkdirSync(state);
  fs.writeFileSync(qemuImg, fakeQemuImg, { mode: 0o755 });
  return { raw, state, qemuImg };
}

test("a disk file is not written to: the guest gets an overlay of the right format", async () => {
  using folder = scratchFolder("disk");
  const { raw, state, qemuImg } = setUp(folder.path);
  const drive = await prepareDisk(fileSource(raw), state, false, qemuImg);
  expect(drive).toEqual({ file: path.join(state, "disk.qcow2"), format: "qcow2", boot: true, disposable: true });
  expect(fs.readFileSync(drive.file, "utf8")).toContain(`create -q -f qcow2 -F raw -b ${raw} `);
  expect(fs.readFileSync(raw, "utf8")).toBe("raw bytes");
});

test("qcow2 is known by its magic number", () => {
  using folder = scratchFolder("disk");
  const file = path.join(folder.path, "some.img");
  fs.writeFileSync(file, Buffer.from("QFI\xfb more", "latin1"));
  expect(fileSource(file)).toMatchObject({ format: "qcow2" });
});

test("a kept disk is used again, also when the image is another one by now", async () => {
  using folder = scratchFolder("disk");
  const { raw, state, qemuImg } = setUp(folder.path);
  const drive = await prepareDisk(fileSource(raw), state, true, qemuImg);
  fs.writeFileSync(drive.file, "changed by the guest");
  const other = path.join(folder.path, "other.img");
  fs.writeFileSync(other, "other");
  expect(await prepareDisk(fileSource(other), state, true, qemuImg)).toEqual(drive);
  expect(fs.readFileSync(drive.file, "utf8")).toBe("changed by the guest");
});

test("kernel arguments need a disk whose partitions are known", () => {
  using folder = scratchFolder("disk");
  const { raw } = setUp(folder.path);
  expect(() => appendToKernel(fileSource(raw), { file: raw, format: "raw" }, "quiet")).toThrow("--append: needs the target's own image");
});
