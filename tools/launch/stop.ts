import path from "node:path";
import { isAlive } from "../vm/process-identity.ts";
import { endQemu } from "../vm/qemu-process.ts";
import { QmpClient } from "../vm/qmp.ts";
import { waitFor } from "../vm/wait-for.ts";
import type { VmRecord } from "./vm-record.ts";
import { forgetVm, registryFolder } from "./vm-registry.ts";

/** Ends a guest that another process started: power button, then QEMU's quit, then a kill of the recorded process if it still is that one. */
export async function stopVm(vm: VmRecord, seconds: number, registry = registryFolder()): Promise<void> {
  const qmp = await QmpClient.connect(path.join(vm.runtimeFolder, "qmp")).catch(() => undefined);
  if (qmp !== undefined && seconds > 0) {
    await qmp.execute("system_powerdown").catch(() => undefined);
    const gone = (): true | undefined => (isAlive(vm.process) ? undefined : true);
    await waitFor(`${vm.vm} powers off`, gone, { seconds }).catch(() => undefined);
  }
  await endQemu(vm.process, qmp);
  forgetVm(vm, registry);
}
