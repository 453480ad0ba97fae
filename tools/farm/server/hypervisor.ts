import fs from "node:fs";
import path from "node:path";
import { Failure } from "../../lib/failure.ts";
import { isPortConflict } from "../../vm/port-wishes.ts";
import type { NetworkCard } from "../../vm/network-cards.ts";
import type { ProcessIdentity } from "../../vm/process-identity.ts";
import type { Drive } from "../../vm/qemu-args.ts";
import { endQemu, lastLines, startQemu } from "../../vm/qemu-process.ts";
import { QmpClient } from "../../vm/qmp.ts";
import { census } from "./census.ts";
import type { FarmOptions } from "./options.ts";
import { Refused } from "./refused.ts";

/** What a VM's QEMU is started with. */
export interface Hardware {
  id: string;
  /** The VM's name, for QEMU's messages. */
  name: string;
  vCPUs: number;
  memoryMiB: number;
  drives: readonly Drive[];
  network: readonly NetworkCard[];
  /** Folder of console.log and qemu.log. */
  folder: string;
  extra: readonly string[];
}

/** The guest is less trusted than the server: QEMU itself can start no program and gain no right. Needs a QEMU with seccomp, as Debian's. */
const SANDBOX = ["-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"];

/** Starts and ends QEMUs. They are children of nobody: a server that ends leaves them running, the next one finds them. */
export class Hypervisor {
  readonly #options: Pick<FarmOptions, "tools" | "accelerator">;
  readonly #sockets: string;

  constructor(options: Pick<FarmOptions, "tools" | "accelerator">, sockets: string) {
    this.#options = options;
    this.#sockets = sockets;
  }

  /** Starts a VM; its process is identified when this returns. When it throws, nothing runs. */
  async start(hardware: Hardware): Promise<ProcessIdentity> {
    const { id, name, vCPUs, memoryMiB, drives, network, folder, extra } = hardware;
    const { tools, accelerator } = this.#options;
    fs.rmSync(this.#folder(id), { recursive: true, force: true });
    fs.mkdirSync(this.#folder(id), { mode: 0o700 });
    const log = path.join(folder, "qemu.log");
    fs.rmSync(log, { force: true });
    const console = { kind: "socket" as const, path: this.consoleSocket(id), log: path.join(folder, "console.log") };
    const options = { name, accelerator, memoryMiB, cpus: vCPUs, firmware: tools.firmware, drives, network, console, qmpSocket: this.#qmp(id), extra: [...SANDBOX, ...extra] };
    try {
      const qemu = await startQemu(tools.qemuSystem, options, log);
      qemu.qmp.close();
      qemu.letGo();
      return qemu.identity;
    } catch (error) {
      await this.endAll(id);
      if (isPortConflict(lastLines(log))) throw new Refused(503, `VM ${name}: another program of the host took one of its forwarded ports`, { cause: error });
      // What QEMU said names files of the host: it is for the operator's log.
      throw error instanceof Failure ? new Refused(500, `VM ${name}: QEMU did not start: ${lastLines(log, 1) || "it said nothing"}`, { cause: error }) : error;
    }
  }

  /** Presses the reset button. */
  async reset(id: string): Promise<void> {
    const qmp = await QmpClient.connect(this.#qmp(id));
    try {
      await qmp.execute("system_reset");
    } finally {
      qmp.close();
    }
  }

  /** Takes a VM's power away, whichever process it is, and removes its sockets. */
  async end(id: string, identity: ProcessIdentity): Promise<void> {
    await endQemu(identity, await QmpClient.connect(this.#qmp(id), 2000).catch(() => undefined));
    await this.endAll(id);
  }

  /** Ends every process that is this VM's, known or not. */
  async endAll(id: string): Promise<void> {
    for (const identity of census(this.#sockets).get(id) ?? []) await endQemu(identity);
    fs.rmSync(this.#folder(id), { recursive: true, force: true });
  }

  /** Processes by VM. */
  census(): Map<string, ProcessIdentity[]> {
    return census(this.#sockets);
  }

  /** Leaves nothing behind when no VM runs: the next server makes the folder again. */
  close(): void {
    if (this.folders().length === 0) fs.rmdirSync(this.#sockets);
  }

  /** VMs that have a folder of sockets. */
  folders(): string[] {
    return fs.readdirSync(this.#sockets);
  }

  consoleSocket(id: string): string {
    return path.join(this.#folder(id), "console");
  }

  #qmp(id: string): string {
    return path.join(this.#folder(id), "qmp");
  }

  #folder(id: string): string {
    return path.join(this.#sockets, id);
  }
}
