import { spawn } from "node:child_process";
import { once } from "node:events";
import { acceptsOn } from "./listening.ts";

/** A server that runs as a child of this test. */
export interface ServerProcess {
  /** What it printed so far. */
  text(): string;
  /** Kills it at once, as a crash would. */
  kill(): Promise<void>;
}

/** Starts a server and waits until its Unix socket accepts connections. It dies with this process's end of the test at the latest. */
export async function startServer(program: string, args: readonly string[], socketPath: string): Promise<ServerProcess> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (text += data.toString()));
  const onExit = (): void => void child.kill("SIGKILL");
  process.once("exit", onExit);
  const exited = once(child, "exit");
  const ended = (): string | undefined =>
    child.exitCode === null && child.signalCode === null ? undefined : `exit ${child.exitCode ?? child.signalCode}\n${text}`;
  await acceptsOn(socketPath, ended);
  return {
    text: () => text,
    kill: async () => {
      process.removeListener("exit", onExit);
      if (ended() === undefined) child.kill("SIGKILL");
      await exited;
    },
  };
}
