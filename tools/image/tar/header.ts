import { BLOCK, typeFlags, type TarEntry } from "./entry.ts";

/** Fields of a raw header that a reader needs. */
export interface Header {
  name: string;
  link: string;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  flag: string;
  major: number;
  minor: number;
}

/** Reads a 512-byte header (POSIX ustar or GNU); throws when its checksum is wrong. */
export function parseHeader(block: Buffer): Header {
  const stored = number(block, 148, 8);
  if (stored !== checksum(block)) throw new Error(`damaged header: checksum ${stored}, expected ${checksum(block)}`);
  const prefix = isUstar(block) ? text(block, 345, 155) : "";
  const name = text(block, 0, 100);
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    link: text(block, 157, 100),
    mode: number(block, 100, 8),
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    size: number(block, 124, 12),
    flag: block[156] === 0 ? "0" : String.fromCharCode(block[156]!),
    major: number(block, 329, 8),
    minor: number(block, 337, 8),
  };
}

/** Fills a zeroed 512-byte block with a ustar header. Names longer than 100 bytes are cut: a pax record carries them. */
export function fillHeader(
  block: Buffer,
  name: Buffer,
  entry: Omit<TarEntry, "path" | "link">,
  size: number,
  link: Buffer,
  mtime: number,
  flag = typeFlags[entry.type],
): void {
  name.copy(block, 0, 0, Math.min(name.length, 100));
  octal(block, 100, 8, entry.mode & 0o7777);
  octal(block, 108, 8, entry.uid);
  octal(block, 116, 8, entry.gid);
  writeNumber(block, 124, 12, size);
  octal(block, 136, 12, mtime);
  block.write(flag, 156, "latin1");
  link.copy(block, 157, 0, Math.min(link.length, 100));
  block.write("ustar\x0000", 257, "latin1");
  if (entry.device !== undefined) {
    octal(block, 329, 8, entry.device.major);
    octal(block, 337, 8, entry.device.minor);
  }
  sealHeader(block);
}

/** Writes the checksum of a header whose other fields are as they shall be. */
export function sealHeader(block: Buffer): Buffer {
  block.write(`${checksum(block).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** Writes a number: octal text, and where that does not suffice GNU's base-256 (GNU tar manual, "Extensions to tar Archive Format"). */
export function writeNumber(block: Buffer, at: number, length: number, value: number): void {
  if (value < 8 ** (length - 1)) octal(block, at, length, value);
  else {
    block.fill(0, at, at + length);
    block[at] = 0x80;
    block.writeBigUInt64BE(BigInt(value), at + length - 8);
  }
}

/** Sum of all bytes with the checksum field read as spaces. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < 148; i++) sum += block[i]!;
  for (let i = 156; i < BLOCK; i++) sum += block[i]!;
  return sum;
}

/** POSIX writes "ustar" and a zero; GNU's old format writes "ustar" and a space and has no prefix field. */
function isUstar(block: Buffer): boolean {
  return block.toString("latin1", 257, 263) === "ustar\0";
}

function text(block: Buffer, at: number, length: number): string {
  const end = block.indexOf(0, at);
  return block.toString("utf8", at, end < 0 || end > at + length ? at + length : end);
}

/** Reads what `writeNumber` writes. */
export function readNumber(field: Buffer): number {
  return number(field, 0, field.length);
}

/** An octal field, or GNU's base-256 when its first bit is set. */
function number(block: Buffer, at: number, length: number): number {
  if ((block[at]! & 0x80) !== 0) {
    let value = 0n;
    for (let i = 1; i < length; i++) value = value * 256n + BigInt(block[at + i]!);
    return Number(value);
  }
  let value = 0;
  for (let i = at; i < at + length; i++) {
    const digit = block[i]! - 0x30;
    if (digit >= 0 && digit <= 7) value = value * 8 + digit;
    else if (block[i] !== 0x20 || value !== 0) break;
  }
  return value;
}

function octal(block: Buffer, at: number, length: number, value: number): void {
  const digits = value.toString(8);
  if (digits.length >= length) throw new Error(`${value} does not fit into ${length - 1} octal digits`);
  block.write(digits.padStart(length - 1, "0"), at, "latin1");
}
