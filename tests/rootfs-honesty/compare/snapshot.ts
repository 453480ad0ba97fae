import crypto from "node:crypto";
import { contentBytes } from "../../../tools/image/tar/content.ts";
import type { TarEntry } from "../../../tools/image/tar/entry.ts";
import { accountFiles, accountRecords, namesOf } from "./accounts.ts";
import { packageRecords } from "./packages.ts";

/** What is compared of one thing: aspect (`mode`, `owner`, `content` ...) to value, as text that a person can read. */
export type Facts = Readonly<Record<string, string>>;

/** A root file system: path without leading slash to facts. Lines of account files and of dpkg's status have names of their own, `FILE:KEY`. */
export type Snapshot = ReadonlyMap<string, Facts>;

const STATUS = "var/lib/dpkg/status";

/** Takes the facts out of the entries of an archive. Times are left out: one of the two systems has none. */
export function snapshot(entries: Iterable<TarEntry>): Snapshot {
  const nodes = new Map([...entries].map((entry) => [entry.path, entry]));
  const text = (path: string): string => {
    const content = nodes.get(path)?.content;
    return content === undefined ? "" : contentBytes(content).toString();
  };
  const users = namesOf(text("etc/passwd"));
  const groups = namesOf(text("etc/group"));
  const links = hardLinks(nodes);
  const facts = new Map<string, Facts>();
  for (const [path, entry] of nodes) {
    const inode = entry.type === "hardlink" ? nodes.get(entry.link) : entry;
    if (inode === undefined) throw new Error(`/${path} is a hard link to /${entry.link}, which is not in the archive`);
    facts.set(path, {
      type: inode.type,
      ...(inode.type === "symlink" ? { link: inode.link } : { mode: inode.mode.toString(8).padStart(4, "0") }),
      owner: `${users.get(inode.uid) ?? inode.uid}:${groups.get(inode.gid) ?? inode.gid}`,
      ...(inode.content === undefined || path === STATUS || accountFiles.has(path) ? {} : { content: contentFact(path, contentBytes(inode.content)) }),
      ...(inode.xattrs === undefined ? {} : { xattrs: xattrFact(inode.xattrs) }),
      ...(links.has(inode.path) ? { names: links.get(inode.path)!.join(" ") } : {}),
    });
  }
  for (const file of accountFiles.keys()) for (const [key, record] of accountRecords(file, text(file))) facts.set(`${file}:${key}`, record);
  for (const [name, record] of packageRecords(text(STATUS))) facts.set(`${STATUS}:${name}`, record);
  return facts;
}

/** All names of each file that has several, by the one that the archive keeps the content under. */
function hardLinks(nodes: ReadonlyMap<string, TarEntry>): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { type, link, path } of nodes.values()) {
    if (type === "hardlink") groups.set(link, [...(groups.get(link) ?? [link]), path].sort());
  }
  return groups;
}

/** Short texts as they are; of all else the size and the first half of the SHA-256. */
function contentFact(path: string, bytes: Buffer): string {
  // dpkg writes a package's paths in the order of its archive; the order means nothing.
  if (/^var\/lib\/dpkg\/info\/.*\.list$/.test(path)) bytes = Buffer.from(bytes.toString().split("\n").sort().join("\n"));
  const short = bytes.length <= 100 && /^[\n\t\x20-\x7e]*$/.test(bytes.toString());
  return short ? JSON.stringify(bytes.toString()) : `${bytes.length} bytes, sha256 ${crypto.hash("sha256", bytes).slice(0, 32)}`;
}

function xattrFact(xattrs: Readonly<Record<string, Buffer>>): string {
  return Object.keys(xattrs)
    .sort()
    .map((name) => `${name}=${xattrs[name]!.toString("hex")}`)
    .join(" ");
}
