import { execa } from "execa";
import { ExitCode, Failure } from "../lib/failure.ts";
import { sshArgs, type SshTarget } from "../vm/ssh.ts";

/** A guest that is reached over SSH, whoever started it. */
export interface RemoteGuest {
  /** For messages. */
  name: string;
  /** Program. */
  ssh: string;
  target: SshTarget;
}

/** How a command in a guest ended. */
export interface RemoteResult {
  /** Undefined when the connection was lost: the command may have run. */
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** What a command may need. */
export interface RemoteOptions {
  /** Limit in seconds; 60 without it. */
  seconds?: number;
  /** A file of this machine, or bytes, that the command reads. */
  input?: { file: string } | { bytes: Uint8Array };
  /** Gets the lines that the command writes on standard error, as they come. */
  line?(text: string): void;
}

// ssh's own exit code: no connection, or a lost one.
const connectionFailed = 255;

/** Runs a command line in the guest. A guest that does not answer is a result, a command that is not done in time a Failure. */
export async function runRemote(guest: RemoteGuest, command: string, { seconds = 60, input, line }: RemoteOptions = {}): Promise<RemoteResult> {
  const args = ["-o", "BatchMode=yes", "-o", `ConnectTimeout=${Math.ceil(Math.min(seconds, 15))}`, "-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=3", ...sshArgs(guest.target), command];
  const given = input === undefined ? { input: "" } : "file" in input ? { inputFile: input.file } : { input: input.bytes };
  const running = execa(guest.ssh, args, { reject: false, timeout: Math.ceil(seconds * 1000), ...given });
  if (line !== undefined) for await (const text of running.iterable({ from: "stderr" })) line(text);
  const result = await running;
  if (result.timedOut) throw new Failure(`${guest.name}: not finished within ${seconds} s: ${command}`, { exitCode: ExitCode.timeout });
  return { exitCode: result.exitCode === connectionFailed ? undefined : result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

/** Runs a command line that must exit with 0 and gives what it printed. */
export async function succeedRemote(guest: RemoteGuest, command: string, options: RemoteOptions = {}): Promise<string> {
  const result = await runRemote(guest, command, options);
  if (result.exitCode === 0) return result.stdout;
  const how = result.exitCode === undefined ? "no SSH connection" : `exit ${result.exitCode}: ${command.split("\n")[0] ?? ""}`;
  throw new Failure(`${guest.name}: ${how}\n${result.stderr || result.stdout}`.trimEnd(), { exitCode: ExitCode.guest });
}
