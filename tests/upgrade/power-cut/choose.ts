import type { GuestDisk } from "../../../tools/vm/testing/guest-disk.ts";
import { cutAt, type Cut } from "./cut.ts";
import { seededRandom } from "./random.ts";
import { stepRange, type Recording, type Step } from "./recording.ts";
import { SECTOR_BYTES } from "./write-log.ts";

/** How many cuts to make in each step. */
export type CutCounts = Partial<Record<Step, number>>;

/**
 * Cuts at moments that follow from a seed, in the order of the log. Half of those in a step that changes the boot loader's state lie beside a write
 * to its partition: such a write is one among hundreds, and the one that matters.
 */
export function chooseCuts(recording: Recording, disk: GuestDisk, counts: CutCounts, seed: number): Cut[] {
  const random = seededRandom(seed);
  const grub = disk.partition("grub");
  const indexes = Object.entries(counts).flatMap(([step, count]) => {
    const { from, to } = stepRange(recording, step as Step);
    const writes = recording.log.entries.flatMap((entry, position) =>
      position >= from && position < to && entry.kind === "write" && entry.sector * SECTOR_BYTES >= grub.offset && entry.sector * SECTOR_BYTES < grub.offset + grub.length ? [position + 1] : [],
    );
    return Array.from({ length: count }, (_, number) => {
      const beside = writes[Math.floor(random() * writes.length)];
      if (beside !== undefined && number % 2 === 1) return Math.min(to, beside + Math.floor(random() * 3));
      return from + Math.floor(random() * (to - from));
    });
  });
  return indexes.sort((a, b) => a - b).map((index) => cutAt(recording.log, index, random));
}
