import * as z from "zod";

/** A stage of the build as it stands: what decides about its bytes. */
export interface Stage {
  label: string;
  mnemonic: string;
  /** Command line without the program; for a file that Bazel itself writes, empty. */
  args: string[];
  environment: Record<string, string>;
  /** Content of a file that Bazel itself writes: a recipe, a version. */
  content?: string;
  /** Input paths below the execution root, each with the hash of its content; `absent` for what is not on this machine. */
  inputs: Record<string, string>;
  /** Output paths, likewise. */
  outputs: Record<string, string>;
}

/** All stages that lead to a target, in build order, by the path of their first output. */
export type Snapshot = Record<string, Stage>;

// Bazel 7.7.1, src/main/protobuf/analysis_v2.proto, as `aquery --output=jsonproto` prints it.
const id = z.number();
const pair = z.object({ key: z.string(), value: z.string().default("") });
const graph = z.object({
  artifacts: z.array(z.object({ id, pathFragmentId: id })).default([]),
  actions: z
    .array(
      z.object({
        targetId: id,
        mnemonic: z.string(),
        arguments: z.array(z.string()).default([]),
        environmentVariables: z.array(pair).default([]),
        inputDepSetIds: z.array(id).default([]),
        outputIds: z.array(id).default([]),
        fileContents: z.string().optional(),
        paramFiles: z.array(z.object({ execPath: z.string(), arguments: z.array(z.string()).default([]) })).default([]),
      }),
    )
    .default([]),
  targets: z.array(z.object({ id, label: z.string() })).default([]),
  depSetOfFiles: z.array(z.object({ id, transitiveDepSetIds: z.array(id).default([]), directArtifactIds: z.array(id).default([]) })).default([]),
  pathFragments: z.array(z.object({ id, label: z.string(), parentId: id.optional() })).default([]),
});
type Graph = z.infer<typeof graph>;
type Action = Graph["actions"][number];

// Links, manifests and checks: nothing of them is in an image.
const NO_STAGE = new Set(["BazelWorkspaceStatusAction", "Middleman", "RepoMappingManifest", "RunfilesTree", "SourceSymlinkManifest", "SymlinkTree", "TsCheck", "TsValidateOptions"]);

// How Bazel 7 and 8 call the action behind a program's runfiles.
const RUNFILES = new Set(["Middleman", "RunfilesTree"]);

// Beside the runfiles, and written for whoever looks for them: no program reads anything else from them than where the files are.
const LISTS = /\.runfiles\/MANIFEST$|\.repo_mapping$/;

/**
 * Reads what `aquery --output=jsonproto --include_file_write_contents` prints: the stages that `files` (paths below the execution root) are made by. `hash` gives
 * the hash of such a path.
 */
export function readSnapshot(json: string, files: readonly string[], hash: (path: string) => string): Snapshot {
  const read = graph.parse(JSON.parse(json));
  const paths = pathsOf(read);
  const inputs = inputsOf(read);
  const labels = new Map(read.targets.map((target) => [target.id, target.label]));
  const hashed = (ids: readonly number[]): Record<string, string> =>
    Object.fromEntries(ids.map((artifact) => paths.get(artifact) ?? "").filter((path) => !LISTS.test(path)).sort().map((path) => [path, hash(path)]));
  const snapshot: Snapshot = {};
  // The graph has actions that this target does not need: other outputs of the targets it depends on.
  const wanted = new Set(files);
  const last = read.actions.filter((action) => action.outputIds.some((output) => wanted.has(paths.get(output) ?? "")));
  for (const action of inBuildOrder(read, last, inputs)) {
    if (NO_STAGE.has(action.mnemonic)) continue;
    const outputs = hashed(action.outputIds);
    const [first] = action.outputIds;
    snapshot[paths.get(first ?? -1) ?? ""] = {
      label: labels.get(action.targetId) ?? "",
      mnemonic: action.mnemonic,
      args: [...action.arguments.slice(1), ...action.paramFiles.flatMap((file) => file.arguments)],
      environment: Object.fromEntries(action.environmentVariables.map(({ key, value }) => [key, value])),
      ...(action.fileContents === undefined ? {} : { content: action.fileContents }),
      inputs: hashed(inputs(action)),
      outputs,
    };
  }
  return snapshot;
}

/** Inputs of an action. What a program brings along (its runfiles) is one artifact in the graph: here it is the files themselves. */
function inputsOf({ actions, depSetOfFiles }: Graph): (action: Action) => number[] {
  const sets = new Map(depSetOfFiles.map((set) => [set.id, set]));
  const runfiles = new Map(actions.filter(({ mnemonic }) => RUNFILES.has(mnemonic)).flatMap((action) => action.outputIds.map((output) => [output, action] as const)));
  return (action) => {
    const seen = new Set<number>();
    const found = new Set<number>();
    const pending = [...action.inputDepSetIds];
    for (let set = pending.pop(); set !== undefined; set = pending.pop()) {
      if (seen.has(set)) continue;
      seen.add(set);
      for (const artifact of sets.get(set)?.directArtifactIds ?? []) {
        const program = runfiles.get(artifact);
        if (program === undefined) found.add(artifact);
        else pending.push(...program.inputDepSetIds);
      }
      pending.push(...(sets.get(set)?.transitiveDepSetIds ?? []));
    }
    return [...found];
  };
}

function inBuildOrder({ actions }: Graph, last: readonly Action[], inputs: (action: Action) => number[]): Action[] {
  const made = new Map(actions.flatMap((action) => action.outputIds.map((output) => [output, action] as const)));
  const ordered = new Set<Action>();
  const visit = (action: Action | undefined): void => {
    if (action === undefined || ordered.has(action)) return;
    for (const input of inputs(action)) visit(made.get(input));
    ordered.add(action);
  };
  for (const action of last) visit(action);
  return [...ordered];
}

function pathsOf({ artifacts, pathFragments }: Graph): Map<number, string> {
  const fragments = new Map(pathFragments.map((fragment) => [fragment.id, fragment]));
  const path = (at: number | undefined): string => {
    const fragment = at === undefined ? undefined : fragments.get(at);
    if (fragment === undefined) return "";
    const parent = path(fragment.parentId);
    return parent === "" ? fragment.label : `${parent}/${fragment.label}`;
  };
  return new Map(artifacts.map((artifact) => [artifact.id, path(artifact.pathFragmentId)]));
}
