import { bootState, nextSlot, type BootState, type Slot } from "../../../ic-os/manageboot/boot-state.ts";
import { readGrubenv } from "../../../tools/image/disk/kernel-args.ts";
import type { GuestDisk } from "../../../tools/vm/testing/guest-disk.ts";

/** What a disk must do when it gets its power back. */
export interface Expectation {
  /** What grubenv says at the moment. */
  before: BootState;
  /** The slot that boots. */
  slot: Slot;
  /** What grubenv says once it has booted. */
  after: Pick<BootState, "alternative" | "cycle">;
}

/** Reads grubenv from a disk and foretells the next boot, by the rules of grub.cfg. */
export function expectBoot(disk: GuestDisk): Expectation {
  const before = bootState(readGrubenv(disk.file, disk.partition("grub")));
  const slot = nextSlot(before);
  return { before, slot, after: { alternative: slot, cycle: before.cycle === "first_boot" ? "failsafe_check" : "stable" } };
}
