import type { Bytes } from "../bytes.ts";
import { inside, type Difference } from "../difference.ts";
import { compareLayout, type Layout } from "../layout.ts";

const BLOCK = 4096;

// cryptsetup, docs/on-disk-format of dm-verity: https://gitlab.com/cryptsetup/cryptsetup/-/wikis/DMVerity, "verity superblock format".
const SUPERBLOCK: Layout = [
  ["signature", 0, 8, "text"],
  ["version", 8, 4],
  ["hash type", 12, 4],
  ["UUID", 16, 16, "guid"],
  ["algorithm", 32, 32, "text"],
  ["data block size", 64, 4],
  ["hash block size", 68, 4],
  ["data blocks", 72, 8],
  ["salt size", 80, 2],
  ["salt", 88, 256, "hex"],
];

/** Where the verity superblock behind a file system of `dataBytes` bytes begins; undefined when there is none. */
export function verityAt(bytes: Bytes, dataBytes: number): number | undefined {
  const at = Math.ceil(dataBytes / BLOCK) * BLOCK;
  return bytes.read(at, 6).toString("latin1") === "verity" ? at : undefined;
}

/** Compares superblock and hash tree; their data is compared before, so a difference of the tree alone is one of its parameters. */
export function compareVerity(a: Bytes, b: Bytes, at: number): Difference | undefined {
  return (
    inside("dm-verity superblock", compareLayout(SUPERBLOCK, a.slice(at, BLOCK), b.slice(at, BLOCK), BLOCK)) ??
    inside("dm-verity hash tree", compareLayout([], a.slice(at + BLOCK, a.size), b.slice(at + BLOCK, b.size), Math.max(a.size, b.size) - at - BLOCK))
  );
}
