import zlib from "node:zlib";
import { tarBytes } from "../../tar/archive.ts";
import type { TarEntry } from "../../tar/entry.ts";

/** A made-up package for tests. */
export interface FakeDeb {
  name: string;
  /** 1.0 unless given. */
  version?: string;
  /** More lines of the control file. */
  control?: string;
  postinst?: string;
  entries: TarEntry[];
}

/** A file for `FakeDeb.entries`; root's, 0644 unless told otherwise. */
export function file(path: string, text: string, more: Partial<TarEntry> = {}): TarEntry {
  return { path, type: "file", mode: 0o644, uid: 0, gid: 0, link: "", content: Buffer.from(text), ...more };
}

/** A folder. */
export function folder(path: string, mode = 0o755): TarEntry {
  return { path, type: "directory", mode, uid: 0, gid: 0, link: "" };
}

/** A symbolic link. */
export function symlink(path: string, link: string): TarEntry {
  return { path, type: "symlink", mode: 0o777, uid: 0, gid: 0, link };
}

/** Bytes of a .deb: gzip or zstd, which Node itself writes. */
export function makeDeb(deb: FakeDeb, compression: "gz" | "zst" = "gz"): Buffer {
  const control = `Package: ${deb.name}\nVersion: ${deb.version ?? "1.0"}\nArchitecture: amd64\nMaintainer: Nobody <nobody@example.org>\n${deb.control ?? ""}Description: made up\n`;
  const scripts = deb.postinst === undefined ? [] : [file("postinst", deb.postinst, { mode: 0o755 })];
  const pack = (entries: readonly TarEntry[]): Buffer =>
    compression === "gz" ? zlib.gzipSync(tarBytes(entries)) : zlib.zstdCompressSync(tarBytes(entries));
  return makeAr([
    ["debian-binary", Buffer.from("2.0\n")],
    [`control.tar.${compression}`, pack([file("control", control), ...scripts])],
    [`data.tar.${compression}`, pack(deb.entries)],
  ]);
}

/** Bytes of an ar archive. */
export function makeAr(members: readonly (readonly [name: string, bytes: Buffer])[]): Buffer {
  const parts = members.flatMap(([name, bytes]) => {
    const header = `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${String(bytes.length).padEnd(10)}\`\n`;
    return [Buffer.from(header), bytes, Buffer.alloc(bytes.length % 2, "\n")];
  });
  return Buffer.concat([Buffer.from("!<arch>\n"), ...parts]);
}
