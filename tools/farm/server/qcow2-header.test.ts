import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { scratchFolder } from "../../lib/atomic.ts";
import { diskFormat } from "./qcow2-header.ts";

function header(fields: { version?: number; backing?: bigint; incompatible?: bigint }): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.write("QFI\xfb", "latin1");
  bytes.writeUInt32BE(fields.version ?? 3, 4);
  bytes.writeBigUInt64BE(fields.backing ?? 0n, 8);
  bytes.writeBigUInt64BE(5n * 2n ** 30n, 24);
  bytes.writeBigUInt64BE(fields.incompatible ?? 0n, 72);
  return bytes;
}

function formatOf(bytes: Buffer): unknown {
  using folder = scratchFolder("qcow2");
  const file = path.join(folder.path, "disk");
  fs.writeFileSync(file, bytes);
  return diskFormat(file);
}

test("a whole qcow2 image has the size it names", () => {
  expect(formatOf(header({}))).toEqual({ format: "qcow2", bytes: 5 * 2 ** 30 });
});

test("anything else is raw, also what is shorter than a header", () => {
  expect(formatOf(Buffer.from("QFI"))).toEqual({ format: "raw", bytes: 3 });
  expect(formatOf(Buffer.alloc(1024))).toEqual({ format: "raw", bytes: 1024 });
});

test("an image that leads QEMU to other files is refused", () => {
  expect(() => formatOf(header({ backing: 104n }))).toThrow("names a backing file, expected an image that is whole");
  expect(() => formatOf(header({ version: 2, backing: 72n }))).toThrow("names a backing file");
  expect(() => formatOf(header({ incompatible: 4n }))).toThrow("names an external data file");
  // In version 2 those bytes are something else.
  expect(formatOf(header({ version: 2, incompatible: 4n }))).toMatchObject({ format: "qcow2" });
  expect(() => formatOf(header({ version: 9 }))).toThrow("version 9");
});
