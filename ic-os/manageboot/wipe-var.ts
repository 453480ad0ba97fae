import fs from "node:fs";
import path from "node:path";
import { syncDirectory, writeDurably } from "../../tools/lib/durable.ts";
import type { Slot } from "./boot-state.ts";
import type { System } from "./system.ts";

/** Where LUKS2 keeps what opens the volume: two headers and the key slots, 16 MiB in all (LUKS2 On-Disk Format Specification, 2). */
const LUKS_HEADER_BYTES = 16 << 20;

/**
 * Gives up what /var of a slot holds: without its LUKS header nobody reads it any more. setup-var makes a new one at the slot's first boot,
 * because the volume's state says that it is being made (DiskLayout.adoc).
 */
export async function wipeVar(system: System, slot: Slot): Promise<void> {
  const name = `${slot}_var`;
  if (fs.mkdirSync(system.volumeStates, { recursive: true }) !== undefined) await syncDirectory(path.dirname(system.volumeStates));
  await writeDurably(path.join(system.volumeStates, name), "making\n");
  const fd = fs.openSync(path.join(system.partitions, name), fs.constants.O_WRONLY | fs.constants.O_EXCL);
  try {
    fs.writeSync(fd, Buffer.alloc(LUKS_HEADER_BYTES), 0, LUKS_HEADER_BYTES, 0);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
