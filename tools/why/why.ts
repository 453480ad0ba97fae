import path from "node:path";
import { scratchFolder } from "../lib/atomic.ts";
import { runBazel, type WorkspaceBazel } from "../lib/workspace-bazel.ts";
import { readExecutionLog } from "../execution-log/read.ts";
import type { Spawn } from "../execution-log/spawn.ts";
import { Hashes } from "./hashes.ts";
import { explain, type Explanation } from "./reasons.ts";
import { readSnapshot, type Snapshot } from "./snapshot.ts";
import { readState, stateFile, writeState } from "./state.ts";
import type { Outcome } from "./text.ts";

/** The answer for one target. */
export interface Answer {
  label: string;
  /** When the build that is compared with was recorded; undefined when there was none. */
  since?: string;
  /** Whether anything changed since then. When not, `explanations` are those of that build itself. */
  changed: boolean;
  explanations: (Explanation & { outcome: Outcome })[];
  /** Stages on record. */
  stages: number;
}

/** Builds `label`, compares it with the last build on record, and records it. */
export async function why(label: string, bazel: WorkspaceBazel, flags: readonly string[]): Promise<Answer> {
  const file = stateFile(bazel.workspace, label);
  const before = readState(file);
  const spawns = await build(label, bazel, flags);
  const { snapshot, hashes } = await takeSnapshot(label, bazel, flags, before?.hashes);
  const found = before === undefined ? [] : explain(before.snapshot, snapshot);
  const changed = found.length > 0;
  const explanations = changed || before === undefined ? found : before.explanations;
  writeState(file, { version: 1, time: changed || before === undefined ? new Date().toISOString() : before.time, snapshot, hashes: hashes.toJSON(), explanations });
  return {
    label,
    ...(before === undefined ? {} : { since: before.time }),
    changed,
    explanations: explanations.map((explanation) => ({ ...explanation, outcome: outcomeOf(explanation, spawns) })),
    stages: Object.values(snapshot).filter(({ mnemonic }) => mnemonic.startsWith("Icos")).length,
  };
}

/** The stages of a target as they stand after a build. */
export async function takeSnapshot(
  label: string,
  bazel: WorkspaceBazel,
  flags: readonly string[],
  known: Record<string, [string, string]> = {},
): Promise<{ snapshot: Snapshot; hashes: Hashes }> {
  const root = (await runBazel(bazel, ["info", "execution_root"], { quiet: true })).trim();
  const files = (await runBazel(bazel, ["cquery", "--output=files", ...flags, label], { quiet: true })).trim().split("\n");
  const query = ["aquery", "--output=jsonproto", "--include_commandline", "--include_param_files", "--include_file_write_contents", ...flags, `deps(${label})`];
  const hashes = new Hashes(root, known);
  return { snapshot: readSnapshot(await runBazel(bazel, query, { quiet: true }), files, (input) => hashes.of(input)), hashes };
}

async function build(label: string, bazel: WorkspaceBazel, flags: readonly string[]): Promise<Spawn[]> {
  using folder = scratchFolder("why");
  const log = path.join(folder.path, "execution.log");
  await runBazel(bazel, ["build", `--execution_log_compact_file=${log}`, ...flags, label]);
  return readExecutionLog(log);
}

/** What this build did with a stage. An earlier command may have run it already. */
function outcomeOf({ output }: Explanation, spawns: readonly Spawn[]): Outcome {
  const spawn = spawns.find(({ outputs }) => outputs.some(({ path: name }) => name === output));
  return spawn === undefined ? "built before this command" : spawn.cacheHit ? "from a cache" : "ran";
}
