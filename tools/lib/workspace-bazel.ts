import fs from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { ExitCode, Failure } from "./failure.ts";
import { pasteable } from "./pasteable.ts";

/** The workspace that `bazel run` was started in. */
export function userWorkspace(): string {
  const workspace = process.env["BUILD_WORKSPACE_DIRECTORY"];
  if (workspace === undefined) throw new Failure("BUILD_WORKSPACE_DIRECTORY is not set", { exitCode: ExitCode.usage, hint: "start this program with bazel run" });
  return workspace;
}

/**
 * Startup options with which Bazel finds the server again that built and started this program: its output base, when the user chose one. Empty
 * when the program does not lie in an output base of that workspace.
 */
export function startupOfThisBuild(): string[] {
  const runfiles = process.env["RUNFILES_DIR"];
  const base = runfiles === undefined ? undefined : /^(.+)\/execroot\/[^/]+\/bazel-out\//.exec(fs.realpathSync(runfiles))?.[1];
  return base === undefined ? [] : [`--output_base=${base}`];
}

/** How to call Bazel again: for programs that `bazel run` starts, when Bazel itself has ended. */
export interface WorkspaceBazel {
  workspace: string;
  /** The program; default: the workspace's tools/bazel, else `bazel` in PATH. */
  program?: string | undefined;
  /** Options before the command, such as `--output_base=…`. */
  startup?: readonly string[];
}

/** Runs a Bazel command and returns its stdout; what it says on the way goes to the terminal unless `quiet`. */
export async function runBazel(bazel: WorkspaceBazel, args: readonly string[], options: { quiet?: boolean } = {}): Promise<string> {
  const own = path.join(bazel.workspace, "tools/bazel");
  const program = bazel.program ?? (fs.existsSync(own) ? own : "bazel");
  const all = [...(bazel.startup ?? []), ...args];
  const result = await execa(program, all, {
    cwd: bazel.workspace,
    stderr: options.quiet === true ? "pipe" : "inherit",
    maxBuffer: 1 << 30,
    reject: false,
    // Set for this program only: the next Bazel must not take its own client for it.
    env: { BUILD_WORKSPACE_DIRECTORY: undefined, BUILD_WORKING_DIRECTORY: undefined, RUNFILES_DIR: undefined },
  });
  if (result.failed) {
    const printed = typeof result.stderr === "string" && result.stderr !== "" ? `\n${result.stderr}` : "";
    throw new Failure(`${result.exitCode === undefined ? result.shortMessage : `exit ${result.exitCode}`}: ${pasteable(program, all)}${printed}`);
  }
  return result.stdout;
}
