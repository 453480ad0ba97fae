import zlib from "node:zlib";
import { type Bytes, bufferBytes, firstDifference } from "./bytes.ts";
import { field, inside, type Difference } from "./difference.ts";
import type { Compare, Tools } from "./formats/compare.ts";
import { compareCpio, isCpio } from "./formats/cpio.ts";
import { compareErofs, erofsSize, isErofs } from "./formats/erofs.ts";
import { compareExt4, isExt4 } from "./formats/ext4.ts";
import { compareGpt, isGpt } from "./formats/gpt.ts";
import { compareTar, isTar } from "./formats/tar.ts";
import { compareText, isText } from "./formats/text.ts";
import { compareFat, isFat } from "./formats/vfat.ts";
import { compareVerity, verityAt } from "./formats/verity.ts";

/** A comparison that names structures inside: what it meets, it recognises by its magic number. */
export function contentComparer(tools: Tools): Compare {
  const compare: Compare = (a, b) => {
    const at = firstDifference(a, b);
    if (at === undefined) return undefined;
    const format = FORMATS.find(({ is }) => is(a) && is(b));
    const found = format?.compare(a, b, compare, tools);
    // A difference that no format knows is still one.
    return found ?? field(`byte ${at}`, show(a, at), show(b, at));
  };
  return compare;
}

interface Format {
  is(bytes: Bytes): boolean;
  compare(a: Bytes, b: Bytes, compare: Compare, tools: Tools): Difference | undefined;
}

const FORMATS: readonly Format[] = [
  { is: isZstd, compare: compareZstd },
  { is: isTar, compare: compareTar },
  { is: isCpio, compare: compareCpio },
  { is: isGpt, compare: compareGpt },
  { is: isErofs, compare: (a, b, compare, tools) => withVerity(a, b, erofsSize(a), (x, y) => compareErofs(x, y, compare, tools)) },
  { is: isExt4, compare: (a, b, _compare, tools) => compareExt4(a, b, tools) },
  { is: isFat, compare: compareFat },
  { is: isText, compare: compareText },
];

function withVerity(a: Bytes, b: Bytes, size: number, compare: Compare): Difference | undefined {
  const at = verityAt(a, size);
  if (at === undefined) return compare(a, b);
  return compare(a.slice(0, at), b.slice(0, at)) ?? compareVerity(a, b, at);
}

// RFC 8878, 3.1.1: the magic number of a zstd frame.
function isZstd(bytes: Bytes): boolean {
  return bytes.read(0, 4).toString("hex") === "28b52ffd";
}

function compareZstd(a: Bytes, b: Bytes, compare: Compare): Difference | undefined {
  return inside("zstd", compare(decompressed(a), decompressed(b)) ?? field("compressed form of the same content", `${a.size} bytes`, `${b.size} bytes`));
}

function decompressed(bytes: Bytes): Bytes {
  return bufferBytes(zlib.zstdDecompressSync(bytes.read(0, bytes.size)));
}

function show(bytes: Bytes, at: number): string {
  return at >= bytes.size ? `end at ${bytes.size}` : `0x${bytes.read(at, 8).toString("hex")}`;
}
