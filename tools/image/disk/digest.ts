import { createHash } from "node:crypto";
import { segmentChunks, segmentLength, type Segment } from "../archive/segments.ts";

/**
 * A name for the content of a disk: SHA-256 over its size and each run of data with its place. Two disks share it only when they are
 * equal byte by byte, as holes are zeros; unlike a hash of the file it does not read 50 GiB of them.
 */
export function diskDigest(diskBytes: number, segments: readonly Segment[]): string {
  const hash = createHash("sha256");
  hash.update(`disk ${diskBytes}\n`);
  for (const segment of segments) {
    hash.update(`${segment.offset} ${segmentLength(segment)}\n`);
    for (const chunk of segmentChunks(segment)) hash.update(chunk);
  }
  return hash.digest("hex");
}
