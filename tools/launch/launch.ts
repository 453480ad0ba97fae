import fs from "node:fs";
import path from "node:path";
import { ExitCode, Failure } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { formatStatus } from "../status/format-status.ts";
import { waitForHealthyNode } from "../status/wait-for-node.ts";
import { LocalMachine } from "../vm/local-machine.ts";
import { choosePorts } from "../vm/port-wishes.ts";
import { header, jsonResult } from "./header.ts";
import { onInterrupt } from "./interrupt.ts";
import { requireKvm } from "./kvm-required.ts";
import { diskSizes } from "./launch-disk.ts";
import { assertNotInUse, draftRecord, prepareState, sourceOf, sshCommand, type PreparedState } from "./prepare.ts";
import { portWishes, type LaunchRequest } from "./request.ts";
import { writeRecord, type VmRecord } from "./vm-record.ts";
import { forgetVm, registerVm, registryFolder, removeStale, stateFolder } from "./vm-registry.ts";

/** Starts a guest and stays with it until it ends, or until it is ready when it is to run on alone. */
export async function launch(request: LaunchRequest): Promise<void> {
  const { target, persistDir } = request;
  const start = performance.now();
  if (request.accelerator === "kvm") await requireKvm(target, request.tools);
  await choosePorts(portWishes(request));
  if (persistDir !== undefined) assertNotInUse(persistDir);
  const source = sourceOf(request);
  for (const name of removeStale()) log(`removed what ${name} left behind`);
  if (persistDir !== undefined) fs.mkdirSync(persistDir, { recursive: true, mode: 0o700 });
  const draft = registerVm(draftRecord(request, source), target.name, persistDir);
  let machine: LocalMachine | undefined;
  const end = async (): Promise<void> => {
    await machine?.stop();
    forgetVm(draft);
  };
  const stopListening = onInterrupt(end);
  try {
    const state = await prepareState(request, source, draft);
    machine = guestMachine(request, draft, state);
    await machine.start();
    const vm = runningRecord(draft, machine, state);
    writeRecord(vm);
    const facts = { qemuVersion: machine.qemuVersion, memoryMiB: request.memoryMiB, cpus: request.cpus, disk: { file: state.drives[0]!.file, ...diskSizes(state.drives[0]!.file) } };
    for (const line of header(vm, facts)) log(line);
    const ready = await waitUntilReady(request, machine, start);
    if (request.json) process.stdout.write(`${JSON.stringify(jsonResult(vm, ready))}\n`);
    if (request.detach) await machine.detach();
    else await stay(machine, vm, end);
  } catch (error) {
    keepLog(draft, error);
    await end();
    throw error;
  } finally {
    stopListening();
  }
}

function guestMachine(request: LaunchRequest, vm: VmRecord, state: PreparedState): LocalMachine {
  const terminal = !request.json && !request.detach && process.stdin.isTTY && process.stdout.isTTY;
  const toStdout = !terminal && !request.json && !request.detach;
  const entry = path.join(registryFolder(), vm.vm);
  return new LocalMachine({
    ...{ name: vm.vm, tools: request.tools, accelerator: request.accelerator, memoryMiB: request.memoryMiB, cpus: request.cpus },
    ...{ drives: state.drives, folder: vm.stateDir, ports: portWishes(request), login: { user: vm.user, key: state.ownKey }, terminal },
    removeWithGuest: vm.persistent ? [entry] : [vm.stateDir],
    ...(toStdout ? { onConsole: (data: Buffer) => void process.stdout.write(data) } : {}),
  });
}

function runningRecord(draft: VmRecord, machine: LocalMachine, state: PreparedState): VmRecord {
  const ports = { sshPort: machine.hostPort(22), apiPort: machine.hostPort(8080) };
  const command = sshCommand({ ...draft, ...ports }, state.identity);
  return { ...draft, ...ports, sshCommand: command, process: machine.process, runtimeFolder: machine.runtimeFolder };
}

async function waitUntilReady(request: LaunchRequest, machine: LocalMachine, start: number): Promise<{ readySeconds?: number }> {
  if (request.wait === undefined) return {};
  if (request.wait === "ssh") await machine.waitForSsh(request.timeout);
  else if (request.wait === "console") await machine.waitForConsole(/login:/, request.timeout);
  else log(formatStatus(machine.name, await waitForHealthyNode(machine, `http://127.0.0.1:${machine.hostPort(8080)}`, request.timeout)).trimEnd());
  const readySeconds = Math.round((performance.now() - start) / 100) / 10;
  log(`ready in ${readySeconds}s`);
  return { readySeconds };
}

async function stay(machine: LocalMachine, vm: VmRecord, end: () => Promise<void>): Promise<void> {
  const exit = await machine.exited;
  if (exit.code !== 0) throw new Failure(`${vm.vm}: QEMU ended with ${exit.signal ?? `exit ${exit.code}`}`, { exitCode: ExitCode.guest });
  await end();
  log(vm.persistent ? `${vm.vm} ended. Its disk is in ${vm.stateDir}; --persist ${vm.stateDir} starts it again.` : `${vm.vm} ended. Nothing of it is kept.`);
}

/** The console's log is all that tells why a guest failed: it outlives the guest's state folder. */
function keepLog(vm: VmRecord, error: unknown): void {
  if (!fs.existsSync(vm.consoleLog) || vm.persistent) return;
  const kept = path.join(stateFolder(), "failed", `${vm.vm}.console.log`);
  fs.mkdirSync(path.dirname(kept), { recursive: true, mode: 0o700 });
  fs.copyFileSync(vm.consoleLog, kept);
  if (error instanceof Error) error.message = error.message.replaceAll(vm.consoleLog, kept);
}
