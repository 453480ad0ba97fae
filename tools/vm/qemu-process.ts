import { spawn } from "node:child_process";
import fs from "node:fs";
import { ExitCode, Failure } from "../lib/failure.ts";
import { pasteable } from "../lib/pasteable.ts";
import type { Guardian } from "./guardian.ts";
import { identify, isAlive, signalProcess, type ProcessIdentity } from "./process-identity.ts";
import { qemuArgs, type QemuOptions } from "./qemu-args.ts";
import { QmpClient } from "./qmp.ts";
import { waitFor } from "./wait-for.ts";

/** A QEMU that runs. */
export interface QemuProcess {
  identity: ProcessIdentity;
  qmp: QmpClient;
  /** Comes true when QEMU is gone, with how. */
  exited: Promise<QemuExit>;
  /** Lets this process end while QEMU runs. */
  letGo(): void;
}

/** How a QEMU ended. */
export interface QemuExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Starts QEMU and connects to it. What QEMU prints about itself goes to the file `log`. */
export async function startQemu(program: string, options: QemuOptions & { qmpSocket: string }, log: string, guardian?: Guardian): Promise<QemuProcess> {
  const args = qemuArgs(options);
  const output = fs.openSync(log, "a");
  const terminal = options.console.kind === "terminal";
  const child = spawn(program, args, {
    stdio: terminal ? ["inherit", "inherit", output] : ["ignore", output, output],
    // A session of its own: Ctrl-C ends the guest when we say so. On a terminal it has to stay in the session that owns the terminal.
    detached: !terminal,
  });
  fs.closeSync(output);
  let gone: QemuExit | undefined;
  const exited = new Promise<QemuExit>((resolve) => {
    child.once("error", () => resolve({ code: null, signal: null }));
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  void exited.then((exit) => (gone = exit));
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity !== undefined) guardian?.guard(identity);
  const qmp = await waitFor(`QEMU of ${options.name} answers`, () => (gone === undefined ? connect(options.qmpSocket) : refuse()), { seconds: 30, everyMs: 10 });
  // QMP answers, so the process was there to be identified.
  return { identity: identity ?? refuse(), qmp, exited, letGo: () => child.unref() };

  function refuse(): never {
    throw new Failure(`QEMU of ${options.name} did not start: ${pasteable(program, args)}\n${lastLines(log).replace(/^/gm, "    ")}`, { exitCode: ExitCode.host });
  }
}

/** Ends a QEMU: asks it to quit, then kills it. The guest is not asked: its power is gone. */
export async function endQemu(identity: ProcessIdentity, qmp?: QmpClient, seconds = 10): Promise<void> {
  await qmp?.execute("quit").catch(() => undefined);
  qmp?.close();
  signalProcess(identity, "SIGTERM");
  const gone = (): true | undefined => (isAlive(identity) ? undefined : true);
  try {
    await waitFor(`QEMU ${identity.pid} ends`, gone, { seconds, everyMs: 20 });
  } catch {
    signalProcess(identity, "SIGKILL");
    await waitFor(`QEMU ${identity.pid} ends after SIGKILL`, gone, { seconds, everyMs: 20 });
  }
}

async function connect(socket: string): Promise<QmpClient | undefined> {
  if (!fs.existsSync(socket)) return undefined;
  return QmpClient.connect(socket).catch(() => undefined);
}

/** The end of a text file. */
export function lastLines(file: string, count = 12): string {
  if (!fs.existsSync(file)) return "";
  return fs.readFileSync(file, "utf8").trimEnd().split("\n").slice(-count).join("\n");
}
