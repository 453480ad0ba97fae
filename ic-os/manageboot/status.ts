import { bootState, isStable, nextSlot, otherSlot, runningSlot, type BootCycle, type BootState, type Slot } from "./boot-state.ts";
import { runningVersion } from "./check-image.ts";
import { readGrubenv } from "./grubenv-file.ts";
import { readSlotRecord } from "./slot-record.ts";
import type { System } from "./system.ts";

/** What a slot is good for. */
export type SlotState =
  /** This system. */
  | "running"
  /** Nothing is known of it. */
  | "empty"
  /** An install did not end. */
  | "incomplete"
  /** Ready to be committed, or the system that ran before. */
  | "installed"
  /** Committed; it is booted next. */
  | "committed"
  /** It was booted once and not confirmed. */
  | "rolled back"
  /** The system that ran before; it is booted again unless the running one is confirmed. */
  | "fallback";

/** State of the slots, for programs: `manageboot guestos status --json`. */
export interface Status {
  /** The running slot, the one that installs go to, and the one that the boot loader takes next. */
  current: Slot;
  target: Slot;
  next: Slot;
  state: BootCycle;
  /** Whether an upgrade may be installed or committed. */
  stable: boolean;
  slots: Record<Slot, { state: SlotState; version: string | null }>;
  /** What is not as it should be. */
  problems: string[];
}

/** Reads the state of the slots; changes nothing. */
export function readStatus(system: System): Status {
  const current = runningSlot(system);
  const target = otherSlot(current);
  const { variables, damage } = readGrubenv(system.grubenv);
  const state = bootState(variables);
  const problems = [...(damage === undefined ? [] : [damage]), ...state.problems];
  if (damage === undefined && state.cycle !== "first_boot" && state.alternative !== current) problems.push(`slot ${current} runs, the boot loader was to boot slot ${state.alternative}`);
  const here = { state: "running", version: runningVersion(system) } as const;
  const there = { state: otherState(system, target, state), version: readSlotRecord(system, target)?.version ?? null };
  const slots = current === "A" ? { A: here, B: there } : { A: there, B: here };
  return { current, target, next: nextSlot(state), state: state.cycle, stable: damage === undefined && isStable(state), slots, problems };
}

function otherState(system: System, slot: Slot, state: BootState): SlotState {
  if (state.cycle === "first_boot" && state.alternative === slot) return "committed";
  if (state.cycle === "failsafe_check" && state.alternative !== slot) return "fallback";
  const record = readSlotRecord(system, slot);
  if (record?.state === "incomplete") return "incomplete";
  if (state.attempt === slot) return "rolled back";
  return record === undefined ? "empty" : "installed";
}

const meaning: Record<BootCycle, string> = {
  install: "stable: an upgrade may be installed",
  stable: "stable: an upgrade may be installed",
  first_boot: "an upgrade was committed; the next boot tries it once",
  failsafe_check: "first boot of an upgrade, not confirmed: the next boot goes back",
};

/** The same for people. */
export function describeStatus(status: Status): string {
  const line = (slot: Slot): string => `Slot ${slot}  ${status.slots[slot].state.padEnd(12)} ${status.slots[slot].version ?? "-"}`;
  return [line("A"), line("B"), `State   ${meaning[status.state]}`, `Next    slot ${status.next}`, ...status.problems.map((problem) => `Problem ${problem}`), ""].join("\n");
}
