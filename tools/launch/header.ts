import type { VmRecord } from "./vm-record.ts";

/** What the five lines at the start of a launch say beside the guest's record. */
export interface HeaderFacts {
  qemuVersion: string;
  memoryMiB: number;
  cpus: number;
  disk: { file: string; used: number; nominal: number };
}

/** The five lines at the start of a launch. Their first words and order are stable. */
export function header(vm: VmRecord, facts: HeaderFacts): string[] {
  const { label, sha256, version } = vm.image;
  return [
    `image  ${label}${sha256 === null ? "" : ` sha256 ${sha256.slice(0, 12)}`}${version === null ? "" : ` version ${version}`}`,
    `disk   ${size(facts.disk.used)} of ${size(facts.disk.nominal)} in ${facts.disk.file}`,
    `runs   ${vm.accelerator}, QEMU ${facts.qemuVersion}, ${facts.memoryMiB} MiB, ${facts.cpus} cpus`,
    `ssh    ${vm.sshCommand}   api http://127.0.0.1:${vm.apiPort}`,
    `state  ${vm.stateDir}`,
  ];
}

/** The one object that `--json` prints. */
export function jsonResult(vm: VmRecord, ready: { readySeconds?: number } = {}): Record<string, unknown> {
  return {
    ...{ vm: vm.vm, label: vm.label, accelerator: vm.accelerator, sshPort: vm.sshPort, apiPort: vm.apiPort, sshCommand: vm.sshCommand },
    ...{ stateDir: vm.stateDir, consoleLog: vm.consoleLog, pid: vm.process.pid, image: vm.image },
    ...ready,
  };
}

function size(bytes: number): string {
  const [unit, amount] = bytes >= 2 ** 30 ? ["GiB", bytes / 2 ** 30] : ["MiB", bytes / 2 ** 20];
  return `${Number(amount.toFixed(1))} ${unit}`;
}
