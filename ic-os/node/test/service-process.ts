import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { runfile } from "../../../tools/lib/runfiles.ts";

/** A line of a service's log. */
export type LogLine = { service: string; level: string; message: string } & Record<string, unknown>;

/** A program of the node, as a real process with the Node of the image. */
export interface ServiceProcess {
  child: ChildProcess;
  lines: LogLine[];
  /** The first line so far or to come with this message. */
  line(message: string, service?: string): Promise<LogLine>;
  /** Waits for its end. */
  ended(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** All of the log, for messages. */
  text(): string;
}

const node = runfile(process.env["NODE"] ?? "");
/** Bundles, as they go into the image. */
export const bundles = { replica: runfile(process.env["REPLICA"] ?? ""), orchestrator: runfile(process.env["ORCHESTRATOR"] ?? "") };

/** A folder for one test, with a configuration in it. */
export function workFolder(config: object = {}): { folder: string; config: string; remove(): void } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "node-"));
  const file = path.join(folder, "ic.json5");
  fs.writeFileSync(file, JSON.stringify(config));
  return { folder, config: file, remove: () => fs.rmSync(folder, { recursive: true, force: true }) };
}

/** Starts a program. Its log is read line by line. */
export function startService(program: string, args: readonly string[], environment: Record<string, string> = {}): ServiceProcess {
  const child = spawn(node, [program, ...args], { stdio: ["pipe", "inherit", "pipe"], env: { ...process.env, ...environment } });
  const lines: LogLine[] = [];
  const raw: string[] = [];
  const waiting: (() => void)[] = [];
  const end = once(child, "exit").then(([code, signal]) => ({ code: code as number | null, signal: signal as NodeJS.Signals | null }));
  const wake = (): void => waiting.splice(0).forEach((resolve) => resolve());
  readline.createInterface({ input: child.stderr }).on("line", (line) => {
    raw.push(line);
    if (line.startsWith("{")) lines.push(JSON.parse(line) as LogLine);
    wake();
  }).on("close", wake);
  const text = (): string => raw.join("\n");
  return {
    child,
    lines,
    text,
    ended: () => end,
    async line(message, service) {
      const deadline = AbortSignal.timeout(20_000);
      for (;;) {
        const found = lines.find((line) => line.message === message && (service === undefined || line.service === service));
        if (found !== undefined) return found;
        if (child.exitCode !== null || child.signalCode !== null || deadline.aborted) throw new Error(`no line "${message}" came:\n${text()}`);
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          setTimeout(resolve, 1000).unref();
        });
      }
    },
  };
}

/** Ends a service at once, whatever it does. */
export async function kill(service: ServiceProcess | undefined): Promise<void> {
  if (service === undefined) return;
  service.child.kill("SIGKILL");
  await service.ended();
}
