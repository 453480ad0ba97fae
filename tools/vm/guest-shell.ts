import fs from "node:fs";
import { execa } from "execa";
import { ExitCode, Failure } from "../lib/failure.ts";
import { sshArgs, sshOptions, type SshTarget } from "./ssh.ts";

/** How a command in the guest ended. */
export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A command's limits and input. */
export interface CommandOptions {
  /** Limit in seconds; 120 without it. */
  seconds?: number;
  /** What the command reads. */
  stdin?: string;
  /** File of this machine that the command reads instead. */
  stdinFile?: string;
}

/** Exit code of ssh itself: the connection failed, the command may not have run. */
const connectionFailed = 255;

/** Runs commands and copies files in a guest, over one shared SSH connection. */
export class GuestShell {
  readonly #guest: string;
  readonly #tools: { ssh: string; scp: string };
  readonly #target: SshTarget & { controlPath: string };

  constructor(guest: string, tools: { ssh: string; scp: string }, target: SshTarget & { controlPath: string }) {
    this.#guest = guest;
    this.#tools = tools;
    this.#target = target;
  }

  /** Runs a command line in the guest's shell. Only a lost connection or a passed deadline is an error. */
  async exec(command: string, options: CommandOptions = {}): Promise<CommandResult> {
    const seconds = options.seconds ?? 120;
    const args = ["-o", "BatchMode=yes", "-o", `ConnectTimeout=${Math.ceil(seconds)}`, ...sshArgs(this.#target), command];
    const input = options.stdinFile === undefined ? { input: options.stdin ?? "" } : { inputFile: options.stdinFile };
    const result = await execa(this.#tools.ssh, args, { reject: false, ...input, timeout: Math.ceil(seconds * 1000) });
    if (result.timedOut) {
      await this.disconnect();
      throw new Failure(`${this.#guest}: not finished within ${seconds} s: ${command}`, { exitCode: ExitCode.timeout });
    }
    if (result.exitCode === undefined || result.exitCode === connectionFailed) {
      throw new Failure(`${this.#guest}: no SSH connection: ${result.stderr || (result.shortMessage ?? "")}`, { exitCode: ExitCode.guest });
    }
    return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
  }

  /** Copies files or folders into the guest. */
  async copyTo(local: string, remote: string, seconds = 120): Promise<void> {
    await this.#copy(local, this.#remote(remote), seconds);
  }

  /** Copies files or folders out of the guest. */
  async copyFrom(remote: string, local: string, seconds = 120): Promise<void> {
    await this.#copy(this.#remote(remote), local, seconds);
  }

  /** A path in the guest as scp takes it: an IPv6 address stands in brackets. */
  #remote(file: string): string {
    const { user, host = "127.0.0.1" } = this.#target;
    return `${user}@${host.includes(":") ? `[${host}]` : host}:${file}`;
  }

  async #copy(from: string, to: string, seconds: number): Promise<void> {
    const args = ["-r", "-p", "-q", "-S", this.#tools.ssh, "-P", String(this.#target.port), "-o", "BatchMode=yes", ...sshOptions(this.#target), from, to];
    const result = await execa(this.#tools.scp, args, { reject: false, stdin: "ignore", timeout: Math.ceil(seconds * 1000) });
    if (!result.failed) return;
    const exitCode = result.timedOut ? ExitCode.timeout : ExitCode.guest;
    throw new Failure(`${this.#guest}: copy ${from} to ${to}: ${result.timedOut ? `not within ${seconds} s` : result.stderr}`, { exitCode });
  }

  /** Ends the shared connection: the guest behind the port is about to change. */
  async disconnect(): Promise<void> {
    if (!fs.existsSync(this.#target.controlPath)) return;
    await execa(this.#tools.ssh, ["-O", "exit", ...sshArgs(this.#target)], { reject: false, stdin: "ignore", timeout: 5000 });
    fs.rmSync(this.#target.controlPath, { force: true });
  }
}
