import { ExitCode, Failure } from "../../tools/lib/failure.ts";
import { bootState, otherSlot, runningSlot, type BootState, type Slot } from "./boot-state.ts";
import { readGrubenv } from "./grubenv-file.ts";
import type { System } from "./system.ts";

/** Slots and state of a system in which an upgrade may be installed or committed. Fails with what to do in any other. */
export function requireStable(system: System, action: string): { running: Slot; target: Slot; state: BootState } {
  const running = runningSlot(system);
  const target = otherSlot(running);
  const { variables, damage } = readGrubenv(system.grubenv);
  const state = bootState(variables);
  const refuse = (why: string, hint: string): Failure => new Failure(`${action} is refused: ${why}`, { exitCode: ExitCode.host, hint });
  if (damage !== undefined) throw refuse(`the boot loader's state is damaged (${damage})`, "manageboot guestos confirm (mends it, and keeps the running slot)");
  if (state.cycle === "first_boot") {
    throw refuse(`an upgrade in slot ${state.alternative} was committed and waits for its first boot`, "systemctl reboot, to boot it; or manageboot guestos upgrade-cancel, to stay with the running system");
  }
  if (state.cycle === "failsafe_check") {
    throw refuse(`this is the first boot of slot ${running}, and it was not confirmed yet: the other slot is the way back`, "manageboot guestos confirm, to keep this system; or systemctl reboot, to go back to the other slot");
  }
  if (state.alternative !== running) {
    throw refuse(`slot ${running} runs, but the boot loader will boot slot ${state.alternative} next, which could not be booted`, "manageboot guestos confirm (makes the running slot the one that is booted)");
  }
  return { running, target, state };
}
