import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** A folder that is removed when the test is over: Bazel's own for it. */
export function testFolder(): string {
  return path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "remote");
}

/** SHA-256 of a file, in hexadecimal. */
export function fileHash(file: string): string {
  return createHash("sha256").update(fs.readFileSync(file)).digest("hex");
}

/** The blob of exactly `size` bytes in a cache's folder; there must be one. */
export function blobOfSize(store: string, size: number): string {
  const cas = path.join(store, "cas");
  const found = fs.readdirSync(cas).map((name) => path.join(cas, name)).filter((blob) => fs.statSync(blob).size === size);
  if (found.length !== 1) throw new Error(`${cas}: expected one blob of ${size} bytes, found ${found.length}`);
  return found[0] ?? "";
}

/** The blobs of exactly `size` bytes below a folder, however it is laid out; there must be one at least. */
export function blobsBelow(folder: string, size: number): string[] {
  const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => path.join(folder, name));
  const found = files.filter((file) => fs.lstatSync(file).isFile() && fs.statSync(file).size === size);
  if (found.length === 0) throw new Error(`${folder}: expected a blob of ${size} bytes, found none`);
  return found;
}

/** Inverts a bit in the middle of a file. */
export function flipBit(file: string): void {
  const bytes = fs.readFileSync(file);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  fs.chmodSync(file, 0o644);
  fs.writeFileSync(file, bytes);
}
