import fs from "node:fs";
import { Failure } from "../../lib/failure.ts";
import { contentBytes, contentSize, type Content } from "./content.ts";
import { BLOCK, padding, typeFlags, type EntryType, type TarEntry } from "./entry.ts";
import { parseHeader, type Header } from "./header.ts";
import { parsePax, XATTR_PREFIX } from "./pax.ts";

const typeOfFlag = new Map<string, EntryType>([
  ...Object.entries(typeFlags).map(([type, flag]) => [flag, type as EntryType] as const),
  ["7", "file"],
]);

/** Long names that precede the entry they belong to. */
interface Extension {
  name?: string | undefined;
  link?: string | undefined;
  size?: number | undefined;
  xattrs?: Record<string, Buffer> | undefined;
}

/**
 * Lists a tar archive: ustar, GNU long names, pax. File content of an archive on disk is not read. Returns where the zero blocks begin that end it:
 * an archive without them, or whose last content is not whole, was cut and is refused.
 */
export function* readTar(archive: Content): Generator<TarEntry, number> {
  const window = windowOver(archive);
  let extension: Extension = {};
  for (let at = 0; ;) {
    const block = window.block(at);
    if (block === undefined) throw new Failure(`${nameOf(archive)}: ends early at byte ${at}: expected a header, or the zero blocks of the end`);
    if (block[0] === 0) return at;
    const header = headerAt(archive, block, at);
    const size = header.flag === "x" || header.flag === "g" ? header.size : (extension.size ?? header.size);
    if (at + BLOCK + size > contentSize(archive)) throw new Failure(`${nameOf(archive)}: ends early: the entry at byte ${at} needs ${size} bytes, ${contentSize(archive) - at - BLOCK} are left`);
    const data = slice(archive, at + BLOCK, size);
    at += BLOCK + size + padding(size);
    if (header.flag === "L") extension.name = untilZero(data);
    else if (header.flag === "K") extension.link = untilZero(data);
    else if (header.flag === "x") extension = { ...extension, ...paxExtension(contentBytes(data)) };
    else if (header.flag !== "g") {
      const type = typeOfFlag.get(header.flag);
      const name = extension.name ?? header.name;
      if (type === undefined) throw new Error(`entry ${name}: type "${header.flag}" is not supported`);
      const link = extension.link ?? header.link;
      yield {
        path: relative(name),
        type,
        mode: header.mode & 0o7777,
        uid: header.uid,
        gid: header.gid,
        link: type === "hardlink" ? relative(link) : type === "symlink" ? link : "",
        ...(type === "file" ? { content: data } : {}),
        ...(extension.xattrs === undefined ? {} : { xattrs: extension.xattrs }),
        ...(type === "character" || type === "block" ? { device: { major: header.major, minor: header.minor } } : {}),
      };
      extension = {};
    }
  }
}

/** Lists a tar archive on disk; the file stays open so that contents can be read later. */
export function readTarFile(file: string): Generator<TarEntry, number> {
  const fd = fs.openSync(file, "r");
  return readTar({ fd, offset: 0, size: fs.fstatSync(fd).size, file });
}

/** Path below the root: no leading `./` or `/`, no trailing `/`. */
export function relative(name: string): string {
  return name.replace(/^(?:\.?\/+)+|^\.$/, "").replace(/\/+$/, "");
}

function paxExtension(data: Buffer): Extension {
  const records = parsePax(data);
  const xattrs: Record<string, Buffer> = {};
  for (const [key, value] of records) if (key.startsWith(XATTR_PREFIX)) xattrs[key.slice(XATTR_PREFIX.length)] = value;
  const size = records.get("size")?.toString();
  return {
    name: records.get("path")?.toString(),
    link: records.get("linkpath")?.toString(),
    size: size === undefined ? undefined : Number(size),
    xattrs: Object.keys(xattrs).length > 0 ? xattrs : undefined,
  };
}

function untilZero(data: Content): string {
  const bytes = contentBytes(data);
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
}

function headerAt(archive: Content, block: Buffer, at: number): Header {
  try {
    return parseHeader(block);
  } catch (error) {
    throw new Failure(`${nameOf(archive)}: expected a tar header at byte ${at} (${(error as Error).message}); the archive is damaged, compressed, or not POSIX or GNU tar`, { cause: error });
  }
}

function nameOf(archive: Content): string {
  return Buffer.isBuffer(archive) ? "tar archive" : archive.file;
}

function slice(archive: Content, offset: number, size: number): Content {
  return Buffer.isBuffer(archive) ? archive.subarray(offset, offset + size) : { ...archive, offset: archive.offset + offset, size };
}

/** Headers of an archive on disk, read in 64 KiB pieces: small files lie between headers, large ones are jumped over. */
function windowOver(archive: Content): { block(at: number): Buffer | undefined } {
  if (Buffer.isBuffer(archive)) return { block: (at) => (at + BLOCK <= archive.length ? archive.subarray(at, at + BLOCK) : undefined) };
  const bytes = Buffer.allocUnsafe(64 * 1024);
  let start = 0;
  let length = 0;
  return {
    block(at) {
      if (at < start || at + BLOCK > start + length) {
        if (at >= archive.size) return undefined;
        start = at;
        length = fs.readSync(archive.fd, bytes, 0, Math.min(bytes.length, archive.size - at), archive.offset + at);
        if (length < BLOCK) return undefined;
      }
      return bytes.subarray(at - start, at - start + BLOCK);
    },
  };
}
