import fs from "node:fs";
import type { Cut, Piece } from "./cut.ts";
import { readData, SECTOR_BYTES, type WriteLog } from "./write-log.ts";

/** A disk file that is brought to one cut after another, in the order of the log: each is the one before and what came in between. */
export class DiskAtCut {
  readonly #log: WriteLog;
  readonly #from: number;
  readonly #disk: number;
  #flushed = 0;
  /** What the pieces of the current cut have covered. */
  #undo: { position: number; data: Buffer }[] = [];

  /** `disk` is as it was when the recording began. */
  constructor(log: WriteLog, disk: string) {
    this.#log = log;
    this.#from = fs.openSync(log.file, "r");
    this.#disk = fs.openSync(disk, "r+");
  }

  /** Makes of the file what the cut left. Cuts come in the order of their `index`. */
  moveTo(cut: Cut): void {
    this.#restore();
    if (cut.flushed < this.#flushed) throw new Error(`cuts are out of order: ${cut.flushed} after ${this.#flushed}`);
    for (const entry of this.#log.entries.slice(this.#flushed, cut.flushed)) if (entry.kind === "write") this.#write({ entry, first: 0, sectors: entry.sectors });
    this.#flushed = cut.flushed;
    for (const piece of cut.pieces) {
      const old = Buffer.alloc(piece.sectors * SECTOR_BYTES);
      fs.readSync(this.#disk, old, 0, old.length, placeOf(piece));
      this.#undo.push({ position: placeOf(piece), data: old });
      this.#write(piece);
    }
  }

  close(): void {
    fs.closeSync(this.#from);
    fs.closeSync(this.#disk);
  }

  #write(piece: Piece): void {
    fs.writeSync(this.#disk, readData(this.#from, piece.entry, piece.first, piece.sectors), 0, undefined, placeOf(piece));
  }

  #restore(): void {
    for (const { position, data } of this.#undo.reverse()) fs.writeSync(this.#disk, data, 0, undefined, position);
    this.#undo = [];
  }
}

function placeOf({ entry, first }: Piece): number {
  return (entry.sector + first) * SECTOR_BYTES;
}
