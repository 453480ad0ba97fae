import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** Lines for `sha256sum -c`: every file below a folder, links followed, sorted. */
export function sumsFile(folder: string): string {
  const names = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => fs.statSync(path.join(folder, name)).isFile());
  return names
    .sort()
    .map((name) => `${sha256(path.join(folder, name))}  ${name}\n`)
    .join("");
}

function sha256(file: string): string {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(1 << 20);
  const fd = fs.openSync(file, "r");
  try {
    for (let count = fs.readSync(fd, buffer); count > 0; count = fs.readSync(fd, buffer)) hash.update(buffer.subarray(0, count));
  } finally {
    fs.closeSync(fd);
  }
  return hash.digest("hex");
}
