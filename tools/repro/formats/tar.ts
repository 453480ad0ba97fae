import { type Bytes, sparseBytes } from "../bytes.ts";
import { field, firstOf, inside, type Difference } from "../difference.ts";
import type { Compare } from "./compare.ts";

const BLOCK = 512;

/** Fields of a header that are compared, in the order of their interest: POSIX.1-2017, pax, "ustar Interchange Format". */
const FIELDS = [
  ["type", 156, 1],
  ["mode", 100, 8],
  ["uid", 108, 8],
  ["gid", 116, 8],
  ["mtime", 136, 12],
  ["link name", 157, 100],
  ["user name", 265, 32],
  ["group name", 297, 32],
  ["size", 124, 12],
] as const;

interface Member {
  name: string;
  header: Buffer;
  content: Bytes;
}

/** Whether a tar archive begins here. */
export function isTar(bytes: Bytes): boolean {
  return bytes.read(257, 5).toString("latin1") === "ustar";
}

/** Compares two archives member by member, in their order. Long names and attributes are members of their own here, as they are on disk. */
export function compareTar(a: Bytes, b: Bytes, compare: Compare): Difference | undefined {
  const [ours, theirs] = [members(a), members(b)];
  for (let count = 1; ; count++) {
    const one = next(ours);
    const other = next(theirs);
    if (one === undefined && other === undefined) return undefined;
    if (one === undefined || other === undefined || one.name !== other.name) return field(`member ${count}`, one?.name ?? "none", other?.name ?? "none", ["tar"]);
    const found = inside(
      `tar member ${one.name}`,
      firstOf(
        ...FIELDS.slice(0, -1).map(([name, at, size]) => () => field(name, text(one.header, at, size), text(other.header, at, size))),
        () => compare(one.content, other.content),
        ...FIELDS.slice(-1).map(([name, at, size]) => () => field(name, text(one.header, at, size), text(other.header, at, size))),
        () => (one.header.equals(other.header) ? undefined : field("header", one.header.toString("hex"), other.header.toString("hex"))),
      ),
    );
    if (found !== undefined) return found;
  }
}

function next<T>(iterator: Iterator<T>): T | undefined {
  const result = iterator.next();
  return result.done === true ? undefined : result.value;
}

function text(header: Buffer, at: number, size: number): string {
  return header.toString("utf8", at, at + size).replace(/\0[^]*$/, "").trim();
}

function* members(bytes: Bytes): Generator<Member> {
  for (let at = 0; at + BLOCK <= bytes.size; ) {
    const header = bytes.read(at, BLOCK);
    if (header[0] === 0) return;
    const type = text(header, 156, 1);
    const size = numeric(header.subarray(124, 136));
    const maps = type === "S" ? sparseMaps(bytes, at, header) : [];
    const extra = Math.max(0, maps.length - 1);
    const content = at + BLOCK * (1 + extra);
    const prefix = text(header, 345, 155);
    const name = text(header, 0, 100);
    // In GNU's own format the prefix is no prefix.
    yield { name: prefix !== "" && header.toString("latin1", 257, 263) === "ustar\0" ? `${prefix}/${name}` : name, header, content: contentOf(bytes.slice(content, size), maps, header) };
    at = content + Math.ceil(size / BLOCK) * BLOCK;
  }
}

/** The header and the blocks behind it that go on with its map. GNU tar manual, "Old GNU Format", struct oldgnu_header and sparse_header in tar.h. */
function sparseMaps(bytes: Bytes, at: number, header: Buffer): Buffer[] {
  const maps = [header.subarray(386, 386 + 4 * 24)];
  for (let more = header[482]; more === 1; ) {
    const block = bytes.read(at + BLOCK * maps.length, BLOCK);
    maps.push(block.subarray(0, 21 * 24));
    more = block[504];
  }
  return maps;
}

function contentOf(stored: Bytes, maps: readonly Buffer[], header: Buffer): Bytes {
  if (maps.length === 0) return stored;
  const entries = maps.flatMap((map) => Array.from({ length: map.length / 24 }, (_, index) => map.subarray(24 * index, 24 * index + 24)));
  const extents = entries.filter((entry) => entry[0] !== 0).map((entry) => ({ offset: numeric(entry.subarray(0, 12)), length: numeric(entry.subarray(12)) }));
  return sparseBytes(stored, extents, numeric(header.subarray(483, 495)));
}

/** A number of a header: octal digits, or base 256 when the first bit is set. */
function numeric(bytes: Buffer): number {
  if (((bytes[0] ?? 0) & 0x80) === 0) return parseInt(bytes.toString("latin1").replace(/[\0 ]+$/, "").trim() || "0", 8);
  return bytes.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
}
