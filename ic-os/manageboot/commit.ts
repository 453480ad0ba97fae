import path from "node:path";
import { ExitCode, Failure } from "../../tools/lib/failure.ts";
import type { Slot } from "./boot-state.ts";
import { changeGrubenv } from "./grubenv-file.ts";
import { verifyBoot } from "./install.ts";
import type { ReadBack } from "./read-back.ts";
import { requireStable } from "./require-stable.ts";
import { readSlotRecord, type InstalledRecord } from "./slot-record.ts";
import type { System } from "./system.ts";

/** What the caller of a commit wants. */
export interface CommitOptions {
  /** The version that must be in the slot. */
  version?: string | undefined;
  /** Commit a slot that was rolled back. */
  again: boolean;
}

/** Makes the boot loader try the other slot at its next start: once. Only a slot that was installed as a whole, and still holds it. */
export async function commit(system: System, readBack: ReadBack, options: CommitOptions): Promise<{ slot: Slot; version: string }> {
  const { target, state } = requireStable(system, "upgrade-commit");
  const refuse = (why: string, hint = "manageboot guestos upgrade-install FILE"): Failure => new Failure(`upgrade-commit is refused: ${why}`, { exitCode: ExitCode.host, hint });
  const record = readSlotRecord(system, target);
  if (record === undefined || record.state === "good") throw refuse(`nothing was installed to slot ${target}`);
  if (record.state === "incomplete") throw refuse(`the install of ${record.version} to slot ${target} did not end`);
  if (options.version !== undefined && options.version !== record.version) throw refuse(`expected version ${options.version} in slot ${target}, it holds ${record.version}`);
  if (state.attempt === target && !options.again) {
    throw refuse(`${record.version} in slot ${target} was booted once, was not confirmed, and was rolled back`, "manageboot guestos upgrade-install FILE; or upgrade-commit --again, to try the same once more");
  }
  await stillHolds(system, readBack, target, record);
  changeGrubenv(system.grubenv, new Map([["boot_alternative", target], ["boot_cycle", "first_boot"], ["upgrade_attempt", target]]));
  return { slot: target, version: record.version };
}

/** Between install and commit there may be months: the boot partition is compared as a whole, the root by its tree, which protects the rest. */
async function stillHolds(system: System, readBack: ReadBack, slot: Slot, record: InstalledRecord): Promise<void> {
  await verifyBoot(readBack, path.join(system.partitions, `${slot}_boot`), record.boot);
  const root = path.join(system.partitions, `${slot}_root`);
  await readBack.forget(root);
  await readBack.verity(root, record.verity, "first block");
}
