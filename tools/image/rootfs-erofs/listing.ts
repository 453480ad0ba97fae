import crypto from "node:crypto";
import fs from "node:fs";
import { writeFileAtomic } from "../../lib/atomic.ts";
import type { Content } from "../tar/content.ts";
import type { TarEntry } from "../tar/entry.ts";

/** What is in a tree: a hash for each path, equal when the entries are. Of trees that were made of the same layers, see `contentIdentity`. */
export type Listing = ReadonlyMap<string, string>;

/** Lists the entries of a tree. */
export function listEntries(entries: readonly TarEntry[]): Listing {
  const hashes = new Map<string, string>();
  // Hard links come last, and are what they name.
  for (const entry of entries) hashes.set(entry.path, entryHash(entry, hashes.get(entry.link) ?? ""));
  return hashes;
}

/** Writes a listing as JSON, a path a line. */
export function writeListing(target: string, listing: Listing): void {
  writeFileAtomic(target, `[\n${[...listing].map((row) => JSON.stringify(row)).join(",\n")}\n]\n`);
}

/** Reads what `writeListing` wrote. */
export function readListing(file: string): Listing {
  return new Map(JSON.parse(fs.readFileSync(file, "utf8")) as [string, string][]);
}

function entryHash(entry: TarEntry, linked: string): string {
  const { type, mode, uid, gid, link, xattrs = {}, device, content } = entry;
  const attributes = Object.entries(xattrs).map(([key, value]) => [key, value.toString("hex")]).sort();
  const all = [type, mode, uid, gid, link, type === "hardlink" ? linked : "", attributes, device ?? null, content === undefined ? null : contentIdentity(content)];
  return crypto.hash("sha256", JSON.stringify(all)).slice(0, 24);
}

/**
 * What a content is, without reading it where it is still on disk: a place in a file. That is enough because the listing and who compares with it
 * have the same files before them: Bazel makes both anew when one changes. The folder of the configuration in the path is not part of it.
 */
function contentIdentity(content: Content): unknown {
  if (Buffer.isBuffer(content)) return crypto.hash("sha256", content);
  return [content.file.replace(/^bazel-out\/[^/]+\//, ""), content.offset, content.size];
}
