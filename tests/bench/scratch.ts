import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { exec } from "../../tools/lib/exec.ts";
import { timed } from "./clock.ts";
import type { Sample } from "./scenario.ts";

/** A private copy of the workspace, with its own output base, that a benchmark may edit. */
export interface Scratch {
  workspace: string;
  /** Runs `tools/bazel` in the copy; its stdout. */
  bazel(args: readonly string[]): Promise<string>;
  /** The same, timed; the cpu time is that of Bazel's server and of the actions it ran. */
  timedBazel(args: readonly string[]): Promise<Sample>;
  /** Writes a file of the copy. */
  edit(file: string, content: string | Uint8Array): void;
}

/** Folder for all that the benchmark keeps between runs. */
export function benchFolder(): string {
  return path.join(process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache"), "rules_icos", "bench");
}

/** Copies what git tracks (and what is new) of `source` into the benchmark's folder, keeping the output base of earlier runs. */
export async function prepareScratch(source: string): Promise<Scratch> {
  const workspace = path.join(benchFolder(), "workspace");
  await copyTree(source, workspace);
  const bazel = async (args: readonly string[]): Promise<string> => {
    const [command, ...rest] = args;
    const output = await exec(path.join(workspace, "tools/bazel"), [`--output_user_root=${path.join(benchFolder(), "output")}`, command ?? "help", ...rest], { cwd: workspace });
    return output.stdout;
  };
  const server = Number(await bazel(["info", "server_pid"]));
  return {
    workspace,
    bazel,
    timedBazel: (args) => timed(() => bazel(args), () => [server]),
    edit: (file, content) => fs.writeFileSync(path.join(workspace, file), content),
  };
}

async function copyTree(source: string, target: string): Promise<void> {
  const { stdout } = await exec("git", ["-C", source, "ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
  const wanted = new Set(stdout.split("\0").filter((name) => name !== "" && fs.statSync(path.join(source, name), { throwIfNoEntry: false })?.isFile() === true));
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
    if (!wanted.has(name) && !name.startsWith("bazel-") && fs.lstatSync(full, { throwIfNoEntry: false })?.isFile() === true) fs.rmSync(full);
  }
}
