// The public face of the VM driver: import { Machine } from "rules_icos/vm". What is not named here may change.
export { ExitCode, Failure } from "../../tools/lib/failure.ts";
export type { Accelerator } from "../../tools/vm/accelerator.ts";
export type { ConsoleLog } from "../../tools/vm/console-log.ts";
export { Guest } from "../../tools/vm/guest.ts";
export type { CommandOptions, CommandResult } from "../../tools/vm/guest-shell.ts";
export { probeAccelerator, type Verdict } from "../../tools/vm/kvm.ts";
export { LocalMachine } from "../../tools/vm/local-machine.ts";
export type { Machine } from "../../tools/vm/machine.ts";
export type { MachineOptions, PortWish } from "../../tools/vm/machine-options.ts";
export type { NetworkPlace } from "../../tools/vm/network/place.ts";
export { VirtualNetwork } from "../../tools/vm/network/virtual-network.ts";
export type { UnitFact, UnitFacts } from "../../tools/vm/notify/unit-facts.ts";
export type { DirectKernel, Drive } from "../../tools/vm/qemu-args.ts";
export { readVmTools, type VmTools } from "../../tools/vm/vm-tools.ts";
export { waitFor, type WaitOptions } from "../../tools/vm/wait-for.ts";
