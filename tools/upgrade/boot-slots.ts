import { z } from "zod";
import { ExitCode, Failure } from "../lib/failure.ts";

const slot = z.object({ state: z.string(), version: z.string().nullable() });

const shape = z.object({
  /** The slot that runs. */
  current: z.enum(["A", "B"]),
  /** The slot that an install writes to. */
  target: z.enum(["A", "B"]),
  /** `failsafe_check` is a first boot that nobody confirmed yet. */
  state: z.enum(["install", "stable", "first_boot", "failsafe_check"]),
  slots: z.object({ A: slot, B: slot }),
});

/** What `manageboot … status --json` says, as far as an upgrade needs it. */
export type BootSlots = z.infer<typeof shape>;

/** Reads the JSON of `manageboot … status --json`. */
export function parseBootSlots(text: string): BootSlots {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    document = text;
  }
  const result = shape.safeParse(document);
  if (result.success) return result.data;
  throw new Failure(`manageboot status --json: expected the state of two slots, got ${JSON.stringify(text.slice(0, 200))}`, { exitCode: ExitCode.guest });
}

/** Version of the slot that runs. */
export function runningVersion(slots: BootSlots): string {
  return slots.slots[slots.current].version ?? "unknown";
}
