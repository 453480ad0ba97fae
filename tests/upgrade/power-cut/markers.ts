import fs from "node:fs";
import { readData, SECTOR_BYTES, type WriteLog } from "./write-log.ts";

/**
 * Sectors between the partition table and the first partition: the guest writes there what it has done, so that the log itself says what came
 * before what. A marker is written with FUA or a flush of its own after the thing it speaks of is on the disk.
 */
export const MARKERS = { step: 1000, witness: 1001 } as const;

/** A command for the guest's shell that writes a marker. */
export function markCommand(marker: keyof typeof MARKERS, text: string): string {
  return `printf '%-${SECTOR_BYTES}s' "${text}" | dd of=/dev/vda bs=${SECTOR_BYTES} seek=${MARKERS[marker]} oflag=direct conv=notrunc,fsync status=none`;
}

/** A marker in the log. */
export interface Mark {
  /** Entries before it in the log, itself included. */
  index: number;
  text: string;
}

/** All markers of a kind, in order. */
export function readMarks(log: WriteLog, marker: keyof typeof MARKERS): Mark[] {
  const fd = fs.openSync(log.file, "r");
  try {
    return log.entries.flatMap((entry, position) => {
      if (entry.kind !== "write" || entry.sector !== MARKERS[marker]) return [];
      return [{ index: position + 1, text: readData(fd, entry, 0, 1).toString("latin1").trim() }];
    });
  } finally {
    fs.closeSync(fd);
  }
}

/** The last witness that was marked when the power went. The guest marks what its disk has said to keep: it must be there, whether the marker is or not. */
export function lastWitness(marks: readonly Mark[], index: number): number {
  return Number(marks.findLast((mark) => mark.index <= index)?.text ?? 0);
}
