import { ExitCode, Failure } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { isRunning, type VmRecord } from "./vm-record.ts";
import { listVms, registryFolder } from "./vm-registry.ts";

/** The guests of a launch target that run, the youngest last. */
export function runningVms(family: string, registry = registryFolder()): VmRecord[] {
  return listVms(registry).filter((vm) => vm.family === family && isRunning(vm));
}

/** The guest that a command means: the named one, else the only or youngest one of the family. */
export function findVm(family: string, named: string | undefined, registry = registryFolder()): VmRecord {
  const running = runningVms(family, registry);
  const chosen = named === undefined ? running.at(-1) : running.find((vm) => vm.vm === named);
  if (chosen === undefined) {
    const others = running.map((vm) => vm.vm).join(", ");
    throw new Failure(`no guest ${named ?? family} runs${others === "" ? "" : `; there is ${others}`}`, { exitCode: ExitCode.host, hint: "start one with the launch target and --detach" });
  }
  if (named === undefined && running.length > 1) log(`${chosen.vm}: the youngest of ${running.map((vm) => vm.vm).join(", ")}`);
  return chosen;
}
