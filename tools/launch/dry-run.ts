import path from "node:path";
import { pasteable } from "../lib/pasteable.ts";
import { LocalMachine } from "../vm/local-machine.ts";
import { choosePorts } from "../vm/port-wishes.ts";
import { qemuArgs, type Drive } from "../vm/qemu-args.ts";
import { diskFile } from "./launch-disk.ts";
import { sourceOf } from "./prepare.ts";
import { portWishes, type LaunchRequest } from "./request.ts";
import { registryFolder } from "./vm-registry.ts";

/** What a launch would do: nothing is written, started or probed. */
export interface DryRun {
  stateDir: string;
  sshPort: number;
  apiPort: number;
  /** Program and arguments. Names under XXXXXX are made up at a real start. */
  command: string[];
}

/** Plans a launch. */
export async function dryRun(request: LaunchRequest): Promise<DryRun> {
  const forwards = await choosePorts(portWishes(request));
  const stateDir = request.persistDir ?? path.join(registryFolder(), `${request.target.name}-XXXXXX`);
  const source = sourceOf(request);
  const drives: Drive[] = [
    { file: diskFile(source, stateDir), format: source.kind === "image" ? "raw" : "qcow2", boot: true, disposable: request.persistDir === undefined },
    { file: path.join(stateDir, "config.img"), format: "raw", readOnly: true, serial: "config" },
  ];
  const { tools, accelerator, memoryMiB, cpus } = request;
  const machine = new LocalMachine({ name: request.target.name, tools, accelerator, memoryMiB, cpus, drives, folder: stateDir });
  const command = [tools.qemuSystem, ...qemuArgs(machine.qemuOptions(forwards, path.join("/tmp", "icos-vm-XXXXXX")))];
  const port = (guestPort: number): number => forwards.find((forward) => forward.guestPort === guestPort)!.hostPort;
  return { stateDir, sshPort: port(22), apiPort: port(8080), command };
}

/** A plan as text: where, then the command to paste. */
export function formatDryRun(plan: DryRun): string {
  const [program = "", ...args] = plan.command;
  return `# state ${plan.stateDir}, SSH on port ${plan.sshPort}, API on port ${plan.apiPort}\n${pasteable(program, args)}\n`;
}
