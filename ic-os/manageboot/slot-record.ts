import fs from "node:fs";
import path from "node:path";
import * as z from "zod/mini";
import { syncDirectory, writeDurably } from "../../tools/lib/durable.ts";
import type { Slot } from "./boot-state.ts";
import type { System } from "./system.ts";

const hex32 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

const schema = z.discriminatedUnion("state", [
  /** An install has begun and did not end: the slot holds nothing that may be booted. */
  z.object({ format: z.literal(1), state: z.literal("incomplete"), version: z.string() }),
  /** It was running when it was last looked at, and came with the disk: nothing else is known of it. */
  z.object({ format: z.literal(1), state: z.literal("good"), version: z.string() }),
  /** An install has ended, and what is in the slot was read back and is what was signed. */
  z.object({
    format: z.literal(1),
    state: z.literal("installed"),
    version: z.string(),
    boot: z.object({ bytes: z.int(), sha256: hex32 }),
    verity: z.object({ dataBlocks: z.int(), hashStartBlock: z.int(), salt: hex32, rootHash: hex32 }),
  }),
]);

/** What is remembered of a slot, in the config partition, which both slots see. */
export type SlotRecord = z.infer<typeof schema>;

/** Record of a slot that is ready to be booted. */
export type InstalledRecord = Extract<SlotRecord, { state: "installed" }>;

/** Reads the record of a slot; undefined when there is none, or none that can be understood: nothing is known then. */
export function readSlotRecord(system: System, slot: Slot): SlotRecord | undefined {
  try {
    return schema.parse(JSON.parse(fs.readFileSync(recordFile(system, slot), "utf8")));
  } catch {
    return undefined;
  }
}

/** Writes the record of a slot; it is on the disk when this returns. */
export async function writeSlotRecord(system: System, slot: Slot, record: SlotRecord): Promise<void> {
  if (fs.mkdirSync(system.records, { recursive: true }) !== undefined) await syncDirectory(path.dirname(system.records));
  await writeDurably(recordFile(system, slot), `${JSON.stringify(record, null, 2)}\n`);
}

function recordFile(system: System, slot: Slot): string {
  return path.join(system.records, `slot-${slot}.json`);
}
