import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** Hashes of files by path, size and times: a file that looks the same is not read again. */
export class Hashes {
  readonly #root: string;
  readonly #old: Readonly<Record<string, [stamp: string, hash: string]>>;
  readonly #kept: Record<string, [stamp: string, hash: string]> = {};

  /** `root`: the execution root. `known`: what `toJSON` gave in an earlier run. */
  constructor(root: string, known: Readonly<Record<string, [string, string]>> = {}) {
    this.#root = root;
    this.#old = known;
  }

  /** Hash of a path below the root: SHA-256 of a file; for a folder (an npm package) that of its package.json; `absent` when it is not there. */
  of(file: string): string {
    let full = path.join(this.#root, file);
    let stat = fs.statSync(full, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) {
      full = path.join(full, "package.json");
      stat = fs.statSync(full, { throwIfNoEntry: false });
      if (stat === undefined) return "folder";
    }
    if (stat === undefined) return "absent";
    const stamp = `${stat.size} ${stat.mtimeMs} ${stat.ino}`;
    const known = this.#kept[file] ?? this.#old[file];
    const entry: [string, string] = known?.[0] === stamp ? known : [stamp, hashFile(full)];
    this.#kept[file] = entry;
    return entry[1];
  }

  /** For the next run. */
  toJSON(): Record<string, [string, string]> {
    return this.#kept;
  }
}

function hashFile(file: string): string {
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
