import type { LogEntry, WriteLog } from "./write-log.ts";

/** A run of sectors of one write that reached the medium. */
export interface Piece {
  entry: Extract<LogEntry, { kind: "write" }>;
  first: number;
  sectors: number;
}

/** What was on the medium when the power went. */
export interface Cut {
  /** The power went after so many entries of the log. */
  index: number;
  /** The entries before this one are there as a whole: a flush came after them. */
  flushed: number;
  /** What is there of the later ones. */
  pieces: readonly Piece[];
  /** Writes that the disk had answered and not been told to keep, and how many of them are there as a whole, in part, not at all. */
  unflushed: { whole: number; torn: number; lost: number };
}

/**
 * The model of a power cut: a disk with a volatile write cache of any size that it empties in any order.
 *
 * - What was answered before the last flush that was answered is on the medium, and so is what was written with FUA.
 * - Of every other write all sectors, none, or any of them are; each write for itself. So writes are lost and reordered, and a long one is torn.
 * - A sector of 512 bytes is written whole or not.
 */
export function cutAt(log: WriteLog, index: number, random: () => number): Cut {
  const flushed = log.entries.slice(0, index).findLastIndex((entry) => entry.kind === "flush") + 1;
  const pieces: Piece[] = [];
  const unflushed = { whole: 0, torn: 0, lost: 0 };
  for (const entry of log.entries.slice(flushed, index)) {
    if (entry.kind === "flush") continue;
    const fate = entry.forced ? "whole" : pickFate(random());
    unflushed[fate]++;
    if (fate === "whole") pieces.push({ entry, first: 0, sectors: entry.sectors });
    if (fate === "torn") pieces.push(...someSectors(entry, random));
  }
  return { index, flushed, pieces, unflushed };
}

function pickFate(number: number): keyof Cut["unflushed"] {
  return number < 0.4 ? "whole" : number < 0.7 ? "lost" : "torn";
}

function someSectors(entry: Piece["entry"], random: () => number): Piece[] {
  const pieces: Piece[] = [];
  for (let first = 0; first < entry.sectors; first++) if (random() < 0.5) pieces.push({ entry, first, sectors: 1 });
  return pieces;
}
