import fs from "node:fs";
import { Failure } from "../../tools/lib/failure.ts";
import type { System } from "./system.ts";

/** One of the two sets of partitions that a system lives in. */
export type Slot = "A" | "B";

const cycles = ["install", "stable", "first_boot", "failsafe_check"] as const;

/** What the boot loader is to do at its next start; see grub.cfg. */
export type BootCycle = (typeof cycles)[number];

/** Variables of grubenv that hold the state. They come first in the block, see grubenv-file.ts. */
export const STATE_VARIABLES = ["boot_alternative", "boot_cycle", "upgrade_attempt"] as const;

/** What grubenv says. Values that cannot be understood count as what GRUB takes them for. */
export interface BootState {
  alternative: Slot;
  cycle: BootCycle;
  /** The slot that was committed last and not confirmed since: with a stable system that runs in the other one, it was rolled back. */
  attempt: Slot | undefined;
  /** Values that stand there and cannot be understood. */
  problems: string[];
}

/** Reads the state from grubenv's variables as grub.cfg does: unknown is A, and stable. */
export function bootState(variables: ReadonlyMap<string, string>): BootState {
  const problems: string[] = [];
  const read = <Value extends string>(name: string, values: readonly Value[]): Value | undefined => {
    const text = variables.get(name);
    const value = values.find((candidate) => candidate === text);
    if (value === undefined && text !== undefined && text !== "") problems.push(`${name}: expected ${values.join(", ")}, got \`${text}\``);
    return value;
  };
  const slots: readonly Slot[] = ["A", "B"];
  return {
    alternative: read("boot_alternative", slots) ?? "A",
    cycle: read("boot_cycle", cycles) ?? "stable",
    attempt: read("upgrade_attempt", slots),
    problems,
  };
}

/** The other slot. */
export function otherSlot(slot: Slot): Slot {
  return slot === "A" ? "B" : "A";
}

/** The slot that the boot loader takes next. */
export function nextSlot({ alternative, cycle }: BootState): Slot {
  return cycle === "failsafe_check" ? otherSlot(alternative) : alternative;
}

/** Whether an upgrade may be installed or committed: nothing waits for its first boot or for its confirmation. */
export function isStable({ cycle }: BootState): boolean {
  return cycle === "stable" || cycle === "install";
}

/** The slot that this system runs from: what the boot loader told the kernel, whatever grubenv says now. */
export function runningSlot(system: System): Slot {
  const argument = /(?:^|\s)dfinity\.system=(\S*)/.exec(fs.readFileSync(system.commandLine, "utf8"))?.[1];
  if (argument === "A" || argument === "B") return argument;
  throw new Failure(`${system.commandLine}: expected dfinity.system=A or =B, got \`${argument ?? "nothing"}\`: this system was not booted from a slot`);
}
