import { execa, type Options } from "execa";
import { ExitCode, Failure } from "./failure.ts";
import { pasteable } from "./pasteable.ts";

/** What a finished program printed. */
export interface Output {
  stdout: string;
  stderr: string;
}

/** Runs a program without a shell. A failure carries the command, ready to paste, and what the program printed. */
export async function exec(program: string, args: readonly string[], options: Options & { exitCode?: number; hint?: string } = {}): Promise<Output> {
  const { exitCode, hint, ...execaOptions } = options;
  const result = await execa(program, args, { ...execaOptions, reject: false });
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  if (result.failed) {
    const how = result.exitCode === undefined ? (result.shortMessage ?? "could not be started") : `exit ${result.exitCode}`;
    const printed = [text(result.stderr), text(result.stdout)].filter((part) => part !== "").join("\n");
    throw new Failure(`${how}: ${pasteable(program, args)}${printed === "" ? "" : `\n${printed.replace(/^/gm, "    ")}`}`, {
      exitCode: exitCode ?? ExitCode.input,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  return { stdout: text(result.stdout), stderr: text(result.stderr) };
}
