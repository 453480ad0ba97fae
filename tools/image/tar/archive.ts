import fs from "node:fs";
import { finish, unfinishedPath } from "../../lib/atomic.ts";
import { byteOrder } from "./byte-order.ts";
import type { TarEntry } from "./entry.ts";
import { TarWriter } from "./write.ts";

/** Writes an archive to `target`; `fill` adds its entries. The file appears when it is complete. */
export async function writeTar(target: string, fill: (writer: TarWriter) => void | Promise<void>): Promise<void> {
  const temporary = unfinishedPath(target);
  const fd = fs.openSync(temporary, "w");
  const writer = new TarWriter((bytes) => {
    for (let done = 0; done < bytes.length;) done += fs.writeSync(fd, bytes, done, bytes.length - done);
  });
  await fill(writer);
  writer.end();
  fs.closeSync(fd);
  finish(temporary, target);
}

/** Writes the entries to `target`, in the order given. */
export async function writeTarFile(target: string, entries: Iterable<TarEntry>): Promise<void> {
  await writeTar(target, (writer) => addAll(writer, entries));
}

/** A small archive in memory. */
export function tarBytes(entries: Iterable<TarEntry>): Buffer {
  const pieces: Buffer[] = [];
  const writer = new TarWriter((bytes) => pieces.push(Buffer.from(bytes)));
  addAll(writer, entries);
  writer.end();
  return Buffer.concat(pieces);
}

function addAll(writer: TarWriter, entries: Iterable<TarEntry>): void {
  for (const entry of entries) writer.add(entry);
}

/** Entries in the order of an archive: byte-wise by path, so folders precede what they hold; hard links last, after what they name. */
export function archiveOrder(entries: Iterable<TarEntry>): TarEntry[] {
  const sorted = [...entries].sort((a, b) => byteOrder(a.path, b.path));
  return [...sorted.filter((entry) => entry.type !== "hardlink"), ...sorted.filter((entry) => entry.type === "hardlink")];
}
