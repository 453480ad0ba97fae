import { spawn } from "node:child_process";
import { ExitCode } from "../lib/failure.ts";

/** Runs a program on our terminal. Ctrl-C is its business while it runs; its exit code is ours. */
export async function runInForeground(program: string, args: readonly string[]): Promise<number> {
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  const child = spawn(program, args, { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      process.off("SIGINT", ignore);
      resolve(code ?? ExitCode.guest);
    });
  });
}
