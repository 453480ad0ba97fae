import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Failure } from "../../tools/lib/failure.ts";

/** Runs a program of the OS without a shell, and gives what it printed. */
export async function run(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(program, [...args])).stdout;
  } catch (error) {
    const { code, stderr } = error as { code?: number | string; stderr?: string };
    throw new Failure(`${typeof code === "number" ? `exit ${code}` : (error as Error).message}: ${[program, ...args].join(" ")}\n${stderr ?? ""}`.trimEnd(), { exitCode: 1 });
  }
}
