import fs from "node:fs";
import { finish, unfinishedPath } from "../../lib/atomic.ts";
import { byteOrder } from "./byte-order.ts";
import type { TarEntry } from "./entry.ts";
import { TarWriter } from "./write.ts";

/** Writes the entries to `target`, in the order given. */
export function writeTarFile(target: string, entries: Iterable<TarEntry>): void {
  const temporary = unfinishedPath(target);
  const fd = fs.openSync(temporary, "w");
  const writer = new TarWriter(fd);
  for (const entry of entries) writer.add(entry);
  writer.end();
  fs.closeSync(fd);
  finish(temporary, target);
}

/** Entries in the order of an archive: byte-wise by path, so folders precede what they hold; hard links last, after what they name. */
export function archiveOrder(entries: Iterable<TarEntry>): TarEntry[] {
  const sorted = [...entries].sort((a, b) => byteOrder(a.path, b.path));
  return [...sorted.filter((entry) => entry.type !== "hardlink"), ...sorted.filter((entry) => entry.type === "hardlink")];
}
