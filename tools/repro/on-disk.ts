import fs from "node:fs";
import path from "node:path";
import { scratchFolder } from "../lib/atomic.ts";
import type { Bytes } from "./bytes.ts";

/** A file with these bytes, for programs that read files: the one they come from, or a sparse copy that goes away again. */
export function onDisk(bytes: Bytes): { path: string; [Symbol.dispose](): void } {
  if (bytes.file !== undefined) return { path: bytes.file, [Symbol.dispose]: () => undefined };
  const folder = scratchFolder("repro");
  const file = path.join(folder.path, "image");
  const fd = fs.openSync(file, "w");
  const step = 1 << 20;
  for (let at = 0; at < bytes.size; at += step) {
    const piece = bytes.read(at, step);
    if (piece.some((byte) => byte !== 0)) fs.writeSync(fd, piece, 0, piece.length, at);
  }
  fs.ftruncateSync(fd, bytes.size);
  fs.closeSync(fd);
  return { path: file, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}
