import type { Machine } from "../../../tools/vm/machine.ts";
import type { Expectation } from "./expectation.ts";
import { readWitness } from "./witness.ts";

/** What a guest says after a cut. */
export interface BootCheck {
  slot: string;
  state: string;
  witness: number;
  /** From the start of the machine to the answer. */
  seconds: number;
  problems: string[];
}

/** What is wanted of a guest after a cut. */
export interface Wanted extends Expectation {
  /** Version of each slot's system. */
  versions: Record<"A" | "B", string>;
  /** The least number that the witness must have kept. */
  witness: number;
  /** Whether to wait until every unit has started; otherwise until there is a login and the node's data. */
  everyUnit: boolean;
}

/** Gives a machine its power back and asks it: which system runs, is it verified, is its state consistent, is the node's data there. */
export async function checkBoot(machine: Machine, wanted: Wanted): Promise<BootCheck> {
  const start = performance.now();
  await machine.start();
  await machine.waitForSsh(900);
  await machine.waitForUnit("var-lib-ic-data.mount", 600);
  if (wanted.everyUnit) await machine.exec("systemctl is-system-running --wait", { seconds: 600 });
  const facts = {
    status: JSON.parse(await machine.succeed("manageboot guestos status --json")) as { current: string; state: string; next: string; problems: string[]; slots: Record<"A" | "B", { state: string; version: string | null }> },
    version: await machine.succeed("cat /opt/ic/share/version.txt"),
    root: await machine.succeed("findmnt -no FSTYPE,OPTIONS /; dmsetup table vroot"),
    failed: await machine.succeed("systemctl --failed --no-legend --plain"),
  };
  const witness = await readWitness(machine);
  const { status } = facts;
  const problems = [...status.problems];
  const expect = (what: string, expected: unknown, got: unknown): void => {
    if (expected !== got) problems.push(`${what}: expected ${String(expected)}, got ${String(got)}`);
  };
  expect("running slot", wanted.slot, status.current);
  // A node that finds itself healthy confirms by itself.
  if (!(wanted.after.cycle === "failsafe_check" && status.state === "stable")) expect("state", wanted.after.cycle, status.state);
  expect("version", wanted.versions[wanted.slot], facts.version);
  expect("version in the status", facts.version, status.slots[wanted.slot].version);
  expect("root is erofs through dm-verity that panics on corruption", true, /^erofs\s+ro[^]*verity .* panic_on_corruption/.test(facts.root));
  expect("failed units", "", facts.failed);
  if (!(witness >= wanted.witness)) problems.push(`node data: number ${wanted.witness} was on the disk before the cut, ${witness} is there now`);
  return { slot: status.current, state: status.state, witness, seconds: (performance.now() - start) / 1000, problems };
}
