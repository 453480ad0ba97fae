import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { execa } from "execa";
import { readExecutionLog } from "../../tools/execution-log/read.ts";
import type { Spawn } from "../../tools/execution-log/spawn.ts";

/** What an inner build did. */
export interface Build {
  exitCode: number;
  /** What Bazel printed. */
  text: string;
  seconds: number;
  /** Every process that ran or was spared by a cache; actions that were up to date are not among them. */
  spawns: Spawn[];
}

/** A Bazel with a server and an output base of its own, as another user has it, run by a test. */
export class InnerBazel {
  readonly workspace: string;
  readonly outputBase: string;
  readonly #startup: readonly string[];
  #runs = 0;

  /** `startup`: further startup options, such as another digest function; by default, the bound of the server's memory. */
  constructor(workspace: string, outputBase: string, startup: readonly string[] = ["--host_jvm_args=-Xmx1200m"]) {
    this.workspace = workspace;
    this.outputBase = outputBase;
    this.#startup = startup;
  }

  /** Runs any command of Bazel; never throws because it fails. */
  async run(command: string, args: readonly string[], options: { signal?: AbortSignal } = {}): Promise<Omit<Build, "spawns">> {
    const started = process.hrtime.bigint();
    const startup = [`--output_base=${this.outputBase}`, "--max_idle_secs=120", ...this.#startup];
    const result = await execa(path.join(this.workspace, "tools/bazel"), [...startup, command, ...args], {
      cwd: this.workspace,
      // As from the user's shell, not from a test: what was downloaded before lies below the user's home.
      env: userEnvironment(),
      extendEnv: false,
      all: true,
      reject: false,
      ...(options.signal === undefined ? {} : { cancelSignal: options.signal, gracefulCancel: false }),
    });
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    return { exitCode: result.exitCode ?? -1, text: result.all, seconds };
  }

  /** Builds, and reads what ran from Bazel's execution log. No cache takes part unless `flags` name one. */
  async tryBuild(targets: readonly string[], flags: readonly string[] = []): Promise<Build> {
    const log = path.join(this.outputBase, `inner-build-${++this.#runs}.log`);
    fs.mkdirSync(this.outputBase, { recursive: true });
    try {
      const isolation = ["--disk_cache=", "--remote_cache=", "--remote_executor=", "--symlink_prefix=/", "--noshow_progress", "--color=no", "--curses=no"];
      const result = await this.run("build", [...isolation, `--execution_log_compact_file=${log}`, ...flags, ...targets]);
      return { ...result, spawns: fs.existsSync(log) && fs.statSync(log).size > 0 ? readExecutionLog(log) : [] };
    } finally {
      fs.rmSync(log, { force: true });
    }
  }

  /** Like `tryBuild`, for a build that must succeed. */
  async build(targets: readonly string[], flags: readonly string[] = []): Promise<Build> {
    const result = await this.tryBuild(targets, flags);
    if (result.exitCode !== 0) throw new Error(`bazel build ${targets.join(" ")} in ${this.workspace}: exit ${result.exitCode}\n${result.text}`);
    return result;
  }

  /** Absolute path of an output, given below `bazel-bin`. */
  async output(file: string): Promise<string> {
    const { text } = await this.run("info", ["bazel-bin", "--noshow_progress"]);
    return path.join(text.trim().split("\n").at(-1) ?? "", file);
  }

  /** Ends the server; outputs stay. */
  async shutdown(): Promise<void> {
    await this.run("shutdown", []);
  }

  /** Ends the server and removes the output base. */
  async expunge(): Promise<void> {
    await this.run("clean", ["--expunge"]);
    fs.rmSync(this.outputBase, { recursive: true, force: true });
  }
}

function userEnvironment(): Record<string, string> {
  const names = ["ICOS_BAZEL", "ICOS_BAZEL_CACHE", "ICOS_DEBIAN_MIRROR", "NPM_CONFIG_REGISTRY", "PATH", "XDG_CACHE_HOME", "XDG_STATE_HOME"];
  const kept = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { HOME: os.userInfo().homedir, ...Object.fromEntries(kept) };
}
