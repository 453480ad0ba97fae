import fs from "node:fs";
import path from "node:path";
import { ExitCode, Failure } from "../lib/failure.ts";
import { defaultCpus } from "./accelerator.ts";
import { ConsoleLine } from "./console-line.ts";
import { ConsoleLog } from "./console-log.ts";
import { startGuardian, type Guardian } from "./guardian.ts";
import { GuestShell } from "./guest-shell.ts";
import { Machine } from "./machine.ts";
import type { MachineOptions } from "./machine-options.ts";
import { NotifyPort } from "./notify/notify-port.ts";
import type { UnitFacts } from "./notify/unit-facts.ts";
import { choosePorts, isPortConflict } from "./port-wishes.ts";
import { isAlive, signalProcess } from "./process-identity.ts";
import { cardId, type Forward } from "./network-cards.ts";
import type { QemuOptions } from "./qemu-args.ts";
import { endQemu, lastLines, startQemu, type QemuExit, type QemuProcess } from "./qemu-process.ts";
import { makeRuntimeFolder } from "./runtime-folder.ts";
import { waitFor } from "./wait-for.ts";

/** A guest between `start` and its end. */
interface Run {
  qemu: QemuProcess;
  guardian: Guardian;
  /** Folder of the sockets. */
  sockets: string;
  forwards: readonly Forward[];
  shell: GuestShell;
  line: ConsoleLine | undefined;
  notify: NotifyPort;
}

/**
 * A virtual machine on this host.
 *
 *     const machine = new LocalMachine({ name: "demo", tools, accelerator: "tcg", drives, folder, login: { user: "root", key } });
 *     await machine.start();
 *     await machine.waitForSsh(300);
 *     expect(await machine.succeed("uname -s")).toBe("Linux");
 *     await machine.stop();
 *
 * Each wait has its deadline in seconds; the message of a passed one says what was seen last. When this process dies, the guest dies too.
 */
export class LocalMachine extends Machine {
  readonly #options: MachineOptions;
  #run: Run | undefined;

  constructor(options: MachineOptions) {
    super(options.name, new ConsoleLog(path.join(options.folder, "console.log")));
    this.#options = options;
  }

  async start(): Promise<void> {
    if (this.#run !== undefined) throw new Failure(`${this.name}: runs already`);
    const guardian = startGuardian();
    const sockets = makeRuntimeFolder();
    for (const leftover of [sockets, ...(this.#options.removeWithGuest ?? [])]) guardian.remove(leftover);
    try {
      this.console.startHere();
      this.#run = await this.#startWithPorts(guardian, sockets);
    } catch (error) {
      guardian.act();
      throw error;
    }
  }

  /** A port that looked free can be taken before QEMU binds it: then others are tried. */
  async #startWithPorts(guardian: Guardian, sockets: string): Promise<Run> {
    const log = path.join(this.#options.folder, "qemu.log");
    for (let attempt = 1; ; attempt++) {
      const forwards = await choosePorts([{ guestPort: 22 }, ...(this.#options.ports ?? [])]);
      try {
        const qemu = await startQemu(this.#options.tools.qemuSystem, { ...this.qemuOptions(forwards, sockets), qmpSocket: path.join(sockets, "qmp") }, log, guardian);
        const line = this.#options.terminal === true ? undefined : await ConsoleLine.connect(path.join(sockets, "console"), this.#options.onConsole);
        const { user, key } = this.#options.login ?? { user: "root", key: undefined };
        const target = { port: portOf(forwards, 22), user, ...(key === undefined ? {} : { key }), controlPath: path.join(sockets, "control") };
        const notify = await NotifyPort.connect(path.join(sockets, "notify"));
        qemu.qmp.onEvent = ({ event }) => {
          if (event === "RESET") notify.facts.forget();
        };
        return { qemu, guardian, sockets, forwards, shell: new GuestShell(this.name, this.#options.tools, target), line, notify };
      } catch (error) {
        if (attempt === 5 || !isPortConflict(lastLines(log))) throw error;
      }
    }
  }

  /** What QEMU is started with, given the ports and the folder of the sockets. */
  qemuOptions(forwards: readonly Forward[], sockets: string): QemuOptions {
    const { name, accelerator, drives, memoryMiB, cpus, display, smbios, kernel, clock, network, tools } = this.#options;
    const log = this.console.file;
    return {
      ...{ name, accelerator, drives, memoryMiB: memoryMiB ?? 4096, cpus: cpus ?? defaultCpus(accelerator), firmware: tools.firmware },
      // The first card is enp1s0, which the guest's configuration is about.
      network: [...(network === undefined ? [] : [{ switchPort: network.socket, mac: network.mac }]), { forwards }],
      console: this.#options.terminal === true ? { kind: "terminal", log } : { kind: "socket", path: path.join(sockets, "console"), log },
      notifySocket: path.join(sockets, "notify"),
      qmpSocket: path.join(sockets, "qmp"),
      ...(display === undefined ? {} : { display }),
      ...(smbios === undefined ? {} : { smbios }),
      ...(kernel === undefined ? {} : { kernel }),
      ...(clock === undefined ? {} : { clock }),
    };
  }

  /** QEMU's process. */
  get process(): QemuProcess["identity"] {
    return this.#running.qemu.identity;
  }

  get qemuVersion(): string {
    return this.#running.qemu.qmp.qemuVersion;
  }

  /** Folder of the guest's sockets ("qmp" is QEMU's machine protocol); gone when the guest ends. */
  get runtimeFolder(): string {
    return this.#running.sockets;
  }

  /** Comes true when QEMU is gone, with how it ended. */
  get exited(): Promise<QemuExit> {
    return this.#running.qemu.exited;
  }

  get units(): UnitFacts {
    return this.#running.notify.facts;
  }

  hostPort(guestPort: number): number {
    return portOf(this.#running.forwards, guestPort);
  }

  type(text: string): void {
    this.#running.line?.type(text);
  }

  async setLink(plugged: boolean): Promise<void> {
    if (this.#options.network === undefined) throw new Failure(`${this.name}: is on no network of guests`);
    await this.#running.qemu.qmp.execute("set_link", { name: cardId(0), up: plugged });
  }

  async screenshot(file: string): Promise<void> {
    await this.#running.qemu.qmp.execute("screendump", { filename: path.resolve(file), format: "png" });
  }

  async cutPower(): Promise<void> {
    signalProcess(this.process, "SIGKILL");
    await this.stop();
  }

  async stop(seconds = 0): Promise<void> {
    if (this.#run === undefined) return;
    const { qemu, shell, line, notify, sockets, guardian } = this.#run;
    if (seconds > 0 && isAlive(qemu.identity)) {
      await qemu.qmp.execute("system_powerdown").catch(() => undefined);
      const gone = (): true | undefined => (isAlive(qemu.identity) ? undefined : true);
      await waitFor(`${this.name}: powers off`, gone, { seconds }).catch(() => undefined);
    }
    await shell.disconnect();
    line?.close();
    notify.close();
    await endQemu(qemu.identity, qemu.qmp);
    fs.rmSync(sockets, { recursive: true, force: true });
    guardian.release();
    this.#run = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
  }

  /** Lets the guest run on after this process. Nobody but the caller knows of it then. */
  async detach(): Promise<void> {
    const { guardian, line, notify, qemu, shell } = this.#running;
    await shell.disconnect();
    guardian.release();
    line?.close();
    notify.close();
    qemu.qmp.close();
    qemu.letGo();
    this.#run = undefined;
  }

  protected get shell(): GuestShell {
    return this.#running.shell;
  }

  protected assertRuns(): void {
    if (isAlive(this.process)) return;
    const log = lastLines(path.join(this.#options.folder, "qemu.log"), 5);
    throw new Failure(`${this.name}: the guest ended; ${this.console.describe()}\n${log}`, { exitCode: ExitCode.guest });
  }

  protected describe(): string {
    return `Accelerator: ${this.#options.accelerator}. Log: ${this.console.file}`;
  }

  get #running(): Run {
    if (this.#run === undefined) throw new Failure(`${this.name}: is not started`, { exitCode: ExitCode.guest });
    return this.#run;
  }
}

function portOf(forwards: readonly Forward[], guestPort: number): number {
  const found = forwards.find((forward) => forward.guestPort === guestPort);
  if (found === undefined) throw new Failure(`port ${guestPort} of the guest is not forwarded`);
  return found.hostPort;
}
