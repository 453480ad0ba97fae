import path from "node:path";
import type { Scratch } from "./scratch.ts";
import { DISK } from "./targets.ts";

/** The command of an image stage, as Bazel would run it. */
export interface StageCommand {
  mnemonic: string;
  program: string;
  args: string[];
  env: Record<string, string>;
  /** Bazel's execution root, where all inputs are. */
  cwd: string;
}

/** What `bazel aquery --output=jsonproto` prints: ActionGraphContainer of src/main/protobuf/analysis_v2.proto in Bazel's sources. */
interface ActionGraph {
  actions: { mnemonic: string; arguments?: string[]; environmentVariables?: { key: string; value: string }[] }[];
}

/** The image stages of the disk, in an order in which they can run. Everything must have been built. */
export async function stageCommands(scratch: Scratch): Promise<StageCommand[]> {
  const cwd = (await scratch.bazel(["info", "execution_root"])).trim();
  const graph = JSON.parse(await scratch.bazel(["aquery", "--output=jsonproto", `mnemonic("Icos.*", deps(${DISK}))`])) as ActionGraph;
  return graph.actions
    .filter(({ arguments: argv }) => argv !== undefined)
    .map(({ mnemonic, arguments: argv = [], environmentVariables = [] }) => ({
      mnemonic,
      program: path.join(cwd, argv[0]!),
      args: argv.slice(1),
      env: Object.fromEntries(environmentVariables.map(({ key, value }) => [key, value])),
      cwd,
    }));
}
