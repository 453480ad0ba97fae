import fs from "node:fs";
import { finish, unfinishedPath } from "../../lib/atomic.ts";
import { segmentChunks, type Segment } from "../archive/segments.ts";
import { diskSegments, type DiskPlan } from "./plan.ts";

/** Writes the disk as a sparse file: its nominal size is the disk's, the space it takes is that of the data. */
export function writeDisk(plan: DiskPlan, target: string): void {
  const temporary = unfinishedPath(target);
  writeSparse(temporary, plan.table.diskBytes, diskSegments(plan));
  finish(temporary, target);
}

/** Writes segments into a new file of the given size; the rest stays holes. */
export function writeSparse(file: string, bytes: number, segments: Iterable<Segment>): void {
  const fd = fs.openSync(file, "w", 0o644);
  try {
    fs.ftruncateSync(fd, bytes);
    for (const segment of segments) {
      let position = segment.offset;
      for (const chunk of segmentChunks(segment)) {
        writeFully(fd, chunk, position);
        position += chunk.length;
      }
    }
  } finally {
    fs.closeSync(fd);
  }
}

function writeFully(fd: number, chunk: Uint8Array, position: number): void {
  for (let done = 0; done < chunk.length; ) done += fs.writeSync(fd, chunk, done, chunk.length - done, position + done);
}
