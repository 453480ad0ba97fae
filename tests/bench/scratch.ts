import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { exec } from "../../tools/lib/exec.ts";

/** A private copy of the workspace, with its own output base, that a benchmark may edit. */
export interface Scratch {
  workspace: string;
  /** Runs `tools/bazel` in the copy; returns wall-clock seconds. */
  bazel(args: readonly string[]): Promise<number>;
}

/** Copies what git tracks (and what is new) of `source` into the benchmark's cache folder, keeping the output base of earlier runs. */
export async function prepareScratch(source: string): Promise<Scratch> {
  const cache = path.join(process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache"), "rules_icos", "bench");
  const workspace = path.join(cache, "workspace");
  await copyTree(source, workspace);
  const outputRoot = path.join(cache, "output");
  const bazel = async (args: readonly string[]): Promise<number> => {
    const started = process.hrtime.bigint();
    const [command, ...rest] = args;
    await exec(path.join(workspace, "tools/bazel"), [`--output_user_root=${outputRoot}`, command ?? "help", ...rest], { cwd: workspace });
    return Number(process.hrtime.bigint() - started) / 1e9;
  };
  return { workspace, bazel };
}

async function copyTree(source: string, target: string): Promise<void> {
  const { stdout } = await exec("git", ["-C", source, "ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
  const wanted = new Set(stdout.split("\0").filter((name) => name !== "" && fs.existsSync(path.join(source, name))));
  for (const name of wanted) {
    const to = path.join(target, name);
    const content = fs.readFileSync(path.join(source, name));
    // An unchanged file keeps its time stamp, so that Bazel need not look at it again.
    if (fs.existsSync(to) && fs.readFileSync(to).equals(content)) continue;
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.writeFileSync(to, content, { mode: fs.statSync(path.join(source, name)).mode });
  }
  for (const name of fs.readdirSync(target, { recursive: true, encoding: "utf8" })) {
    const full = path.join(target, name);
    if (!wanted.has(name) && !name.startsWith("bazel-") && fs.lstatSync(full).isFile()) fs.rmSync(full);
  }
}
