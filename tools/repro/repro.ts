import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ExitCode, Failure } from "../lib/failure.ts";
import { progress, progressDone } from "../lib/log.ts";
import { runBazel, type WorkspaceBazel } from "../lib/workspace-bazel.ts";
import { fileBytes } from "./bytes.ts";
import { copyWorkspace } from "./copy-workspace.ts";
import type { Difference } from "./difference.ts";
import type { Compare } from "./formats/compare.ts";
import { readStages, type Stage } from "./stages.ts";

/** What came of two builds. */
export interface Report {
  label: string;
  /** Actions whose outputs were compared, and the number of their files. */
  stages: number;
  files: number;
  /** Outputs that differ, in build order: the first one is the cause, the others mostly follow. */
  differing: { label: string; mnemonic: string; path: string }[];
  /** The first difference in the first output that differs. */
  first?: Difference & { label: string; mnemonic: string; path: string };
}

/** Where the second build lives: a folder that stays, so that only the first comparison fetches everything again. */
export function secondPlace(workspace: string): string {
  const cache = process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache");
  return path.join(cache, "rules_icos", "repro", createHash("sha256").update(workspace).digest("hex").slice(0, 12));
}

/** Builds `label` here and, perturbed, elsewhere, and compares what every stage wrote. */
export async function reproduce(label: string, here: WorkspaceBazel, flags: readonly string[], compare: Compare): Promise<Report> {
  const place = secondPlace(here.workspace);
  const there = { ...here, workspace: path.join(place, "another", "place"), startup: [`--output_base=${path.join(place, "output-base")}`, "--max_idle_secs=60"] };
  copyWorkspace(here.workspace, there.workspace);
  const all = ["--remote_download_outputs=all", "--symlink_prefix=/", ...flags];
  progress(`building ${label} here`);
  await runBazel(here, ["build", ...all, label]);
  progress(`building ${label} elsewhere, as another user of another machine`);
  await runBazel(there, ["build", ...all, ...perturbation(), label]);
  const files = (await runBazel(here, ["cquery", "--output=files", ...flags, label], { quiet: true })).trim().split("\n");
  const graph = await runBazel(here, ["aquery", "--output=jsonproto", "--include_commandline=false", ...flags, `deps(${label})`], { quiet: true });
  const stages = readStages(graph, files);
  const [ours, theirs] = [await executionRoot(here), await executionRoot(there)];
  return compareStages(label, stages, ours, theirs, compare);
}

/** Every stage runs, under another clock, user, locale and so on, and no cache has it. */
function perturbation(): string[] {
  const flag = "--@rules_icos//rules/image/perturbation";
  return [`${flag}`, `${flag}:salt=repro-${Date.now()}`, "--disk_cache=", "--remote_cache=", "--remote_executor="];
}

async function executionRoot(bazel: WorkspaceBazel): Promise<string> {
  return (await runBazel(bazel, ["info", "execution_root"], { quiet: true })).trim();
}

/** Compares the outputs below two execution roots. Files that only one build has are differences too. */
export function compareStages(label: string, stages: readonly Stage[], ours: string, theirs: string, compare: Compare): Report {
  const report: Report = { label, stages: 0, files: 0, differing: [] };
  for (const { outputs, ...stage } of stages) {
    const files = outputs.filter((output) => exists(path.join(ours, output)) || exists(path.join(theirs, output)));
    if (files.length > 0) report.stages++;
    for (const file of files) {
      report.files++;
      progress(`comparing ${file}`);
      if (same(path.join(ours, file), path.join(theirs, file))) continue;
      report.differing.push({ ...stage, path: file });
      if (report.first !== undefined) continue;
      const found = exists(path.join(ours, file)) && exists(path.join(theirs, file)) ? compare(fileBytes(path.join(ours, file)), fileBytes(path.join(theirs, file))) : undefined;
      report.first = { ...stage, path: file, ...(found ?? { within: [], field: "exists", first: String(exists(path.join(ours, file))), second: String(exists(path.join(theirs, file))) }) };
    }
  }
  progressDone();
  if (report.files === 0) throw new Failure(`${label}: no stage has an output, so nothing was compared`, { exitCode: ExitCode.usage });
  return report;
}

function exists(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function same(one: string, other: string): boolean {
  if (!exists(one) || !exists(other) || fs.statSync(one).size !== fs.statSync(other).size) return false;
  const [a, b] = [fs.openSync(one, "r"), fs.openSync(other, "r")];
  try {
    const step = 4 << 20;
    const [x, y] = [Buffer.allocUnsafe(step), Buffer.allocUnsafe(step)];
    for (let at = 0; ; at += step) {
      const count = fs.readSync(a, x, 0, step, at);
      if (fs.readSync(b, y, 0, step, at) !== count || !x.subarray(0, count).equals(y.subarray(0, count))) return false;
      if (count < step) return true;
    }
  } finally {
    fs.closeSync(a);
    fs.closeSync(b);
  }
}
