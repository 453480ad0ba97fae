import { bufferBytes, type Bytes } from "../bytes.ts";
import { number } from "../layout.ts";

/** A file or folder of a FAT file system. */
export interface FatEntry {
  /** The 32 bytes of its directory entry, without those of the long name. */
  raw: Buffer;
  content: Bytes;
}

const DIRECTORY = 0x10;
const VOLUME = 0x08;
const LONG_NAME = 0x0f;

/** All files and folders by path, and the volume's label as `(label)`. FAT12 images are too small to be made here. */
export function fatEntries(image: Bytes): Map<string, FatEntry> {
  const sector = number(image, 11, 2);
  const cluster = number(image, 13, 1) * sector;
  const wide = number(image, 22, 2) === 0;
  const tableStart = number(image, 14, 2) * sector;
  const rootStart = tableStart + number(image, 16, 1) * (wide ? number(image, 36, 4) : number(image, 22, 2)) * sector;
  const rootBytes = number(image, 17, 2) * 32;
  const dataStart = rootStart + Math.ceil(rootBytes / sector) * sector;
  const sectors = number(image, 19, 2) || number(image, 32, 4);
  const clusters = Math.floor((sectors * sector - dataStart) / cluster);
  const bits = wide ? 32 : clusters < 4085 ? 12 : 16;

  const nextCluster = (at: number): number => {
    if (bits === 32) return number(image, tableStart + at * 4, 4) & 0x0fffffff;
    if (bits === 16) return number(image, tableStart + at * 2, 2);
    const pair = number(image, tableStart + Math.floor(at * 1.5), 2);
    return at % 2 === 0 ? pair & 0xfff : pair >> 4;
  };
  const chain = (start: number): Buffer => {
    const pieces: Buffer[] = [];
    const end = { 12: 0xff8, 16: 0xfff8, 32: 0x0ffffff8 }[bits];
    // The bound ends a chain that bites its tail.
    for (let at = start; at >= 2 && at < end && pieces.length <= clusters; at = nextCluster(at)) pieces.push(image.read(dataStart + (at - 2) * cluster, cluster));
    return Buffer.concat(pieces);
  };

  const found = new Map<string, FatEntry>();
  const walk = (folder: string, bytes: Buffer): void => {
    for (const { name, raw } of entriesOf(bytes)) {
      const attributes = raw[11] ?? 0;
      const start = raw.readUInt16LE(26) + (wide ? raw.readUInt16LE(20) * 65536 : 0);
      const isFolder = (attributes & DIRECTORY) !== 0;
      const data = (attributes & VOLUME) !== 0 ? Buffer.alloc(0) : chain(start);
      found.set((attributes & VOLUME) !== 0 ? "(label)" : `${folder}/${name}`, { raw, content: bufferBytes(isFolder ? Buffer.alloc(0) : data.subarray(0, raw.readUInt32LE(28))) });
      if (isFolder && name !== "." && name !== "..") walk(`${folder}/${name}`, data);
    }
  };
  walk("", wide ? chain(number(image, 44, 4)) : image.read(rootStart, rootBytes));
  return found;
}

function* entriesOf(bytes: Buffer): Generator<{ name: string; raw: Buffer }> {
  let long = "";
  for (let at = 0; at + 32 <= bytes.length && bytes[at] !== 0; at += 32) {
    const raw = bytes.subarray(at, at + 32);
    if (raw[0] === 0xe5) continue;
    if (raw[11] === LONG_NAME) {
      long = Buffer.concat([raw.subarray(1, 11), raw.subarray(14, 26), raw.subarray(28, 32)]).toString("utf16le").replace(/[\0\uffff][^]*$/, "") + long;
      continue;
    }
    // Bits 3 and 4 of byte 12 say that name and extension are in lower case: Linux, fs/fat/fat.h, CASE_LOWER_BASE.
    const lower = (text: string, bit: number): string => (((raw[12] ?? 0) & bit) === 0 ? text : text.toLowerCase());
    const [base, extension] = [lower(raw.toString("latin1", 0, 8).trimEnd(), 8), lower(raw.toString("latin1", 8, 11).trimEnd(), 16)];
    yield { name: long || (extension === "" ? base : `${base}.${extension}`), raw };
    long = "";
  }
}
