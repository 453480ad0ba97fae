import fs from "node:fs";
import { Failure } from "../../lib/failure.ts";
import { isZero } from "./segments.ts";
import { BLOCK_BYTES, padding, readTarNumber } from "./tar-header.ts";

/** What one must know of an archive to append another one to it. */
export interface TarOutline {
  /** Offset where the last member ends and the zero blocks begin. */
  end: number;
  /** Folders it holds, without a leading `./` and with a slash at the end; the top of the tree is `/`. */
  folders: ReadonlyMap<string, FolderOwnership>;
}

/** Who a folder belongs to, and its permissions. */
export interface FolderOwnership {
  mode: number;
  uid: number;
  gid: number;
}

/** Reads the headers of an archive; a member's data is skipped. */
export function readTarOutline(file: string): TarOutline {
  const fd = fs.openSync(file, "r");
  const read = (position: number, length: number): Buffer => {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, fs.readSync(fd, bytes, 0, length, position));
  };
  const folders = new Map<string, FolderOwnership>();
  try {
    for (let position = 0, longName: string | undefined; ; ) {
      const header = read(position, BLOCK_BYTES);
      if (header.length === 0 || (header.length === BLOCK_BYTES && isZero(header))) return { end: position, folders };
      if (header.length < BLOCK_BYTES || header.toString("latin1", 257, 262) !== "ustar") {
        throw new Failure(`${file}: expected a tar header at byte ${position}; the archive is damaged, compressed, or not POSIX or GNU tar`);
      }
      const type = String.fromCharCode(header[156]!);
      const size = readTarNumber(header.subarray(124, 136));
      if (type === "5") {
        const [mode, uid, gid] = [header.subarray(100, 108), header.subarray(108, 116), header.subarray(116, 124)].map(readTarNumber) as [number, number, number];
        folders.set(`${(longName ?? shortName(header)).replace(/^\.?\/+/, "").replace(/\/*$/, "")}/`, { mode: mode & 0o7777, uid, gid });
      }
      longName = LONG_NAMES[type]?.(read(position + BLOCK_BYTES, size));
      position += BLOCK_BYTES + size + padding(size).length;
    }
  } finally {
    fs.closeSync(fd);
  }
}

/** Members that carry the name of the next one: GNU's `L`, and pax's `x` with its record `<length> path=<name>\n`. */
const LONG_NAMES: Record<string, (data: Buffer) => string | undefined> = {
  L: (data) => cString(data),
  x: (data) => /^\d+ path=(.*)$/m.exec(data.toString())?.[1],
};

/** POSIX archives split a name of more than 100 bytes; GNU's keep other things in the place of the prefix. */
function shortName(header: Buffer): string {
  const name = cString(header.subarray(0, 100));
  const prefix = header.toString("latin1", 257, 265) === "ustar\x0000" ? cString(header.subarray(345, 500)) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

function cString(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end === -1 ? field.length : end);
}
