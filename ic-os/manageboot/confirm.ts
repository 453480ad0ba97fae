import { ExitCode, Failure } from "../../tools/lib/failure.ts";
import { bootState, isStable, runningSlot } from "./boot-state.ts";
import { changeGrubenv, readGrubenv } from "./grubenv-file.ts";
import type { System } from "./system.ts";

/** Keeps the running system: from now on the boot loader boots it without a way back. Gives what was done; nothing is written when it is so already. */
export function confirm(system: System): string {
  const running = runningSlot(system);
  const { variables, damage } = readGrubenv(system.grubenv);
  const state = bootState(variables);
  // An orchestrator that restarts between commit and reboot must not make a slot permanent that never ran.
  if (damage === undefined && state.cycle === "first_boot") return `nothing to confirm: the upgrade in slot ${state.alternative} waits for its first boot`;
  const isSo = damage === undefined && isStable(state) && state.alternative === running && state.attempt !== running;
  if (isSo) return `slot ${running} is confirmed already`;
  changeGrubenv(system.grubenv, new Map([["boot_alternative", running], ["boot_cycle", "stable"], ...(state.attempt === running ? [["upgrade_attempt", undefined] as const] : [])]));
  return damage === undefined ? `confirmed slot ${running}` : `confirmed slot ${running}, and mended the boot loader's state (${damage})`;
}

/** Takes a commit back before its first boot. */
export function cancel(system: System): string {
  const running = runningSlot(system);
  const state = bootState(readGrubenv(system.grubenv).variables);
  if (state.cycle !== "first_boot") {
    throw new Failure(`upgrade-cancel is refused: no upgrade waits for its first boot (the state is ${state.cycle})`, { exitCode: ExitCode.host, hint: "manageboot guestos status" });
  }
  changeGrubenv(system.grubenv, new Map([["boot_alternative", running], ["boot_cycle", "stable"], ["upgrade_attempt", undefined]]));
  return `slot ${running} stays; slot ${state.alternative} keeps what was installed`;
}
