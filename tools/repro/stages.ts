import * as z from "zod";

/** An action whose outputs are compared. */
export interface Stage {
  /** Label of its target. */
  label: string;
  mnemonic: string;
  /** Paths below the execution root. */
  outputs: string[];
}

// Bazel 7.7.1, src/main/protobuf/analysis_v2.proto, as `aquery --output=jsonproto` prints it. Absent lists are empty.
const id = z.number();
const graph = z.object({
  artifacts: z.array(z.object({ id, pathFragmentId: id })).default([]),
  actions: z.array(z.object({ targetId: id, mnemonic: z.string(), inputDepSetIds: z.array(id).default([]), outputIds: z.array(id).default([]) })).default([]),
  targets: z.array(z.object({ id, label: z.string() })).default([]),
  depSetOfFiles: z.array(z.object({ id, transitiveDepSetIds: z.array(id).default([]), directArtifactIds: z.array(id).default([]) })).default([]),
  pathFragments: z.array(z.object({ id, label: z.string(), parentId: id.optional() })).default([]),
});

type Graph = z.infer<typeof graph>;

// Links and text that Bazel itself writes: no tool of ours is behind them, and they hold paths of the machine.
const BAZELS_OWN = new Set(["BazelWorkspaceStatusAction", "Middleman", "RepoMappingManifest", "SourceSymlinkManifest", "SymlinkTree"]);

/** Reads from an action graph the stages that `files` (paths below the execution root) are made by, each behind those it takes something from. */
export function readStages(json: string, files: readonly string[]): Stage[] {
  const read = graph.parse(JSON.parse(json));
  const paths = pathsOf(read);
  const wanted = new Set(files);
  const labels = new Map(read.targets.map((target) => [target.id, target.label]));
  const made = new Map(read.actions.flatMap((action) => action.outputIds.map((output) => [output, action] as const)));
  const sets = new Map(read.depSetOfFiles.map((set) => [set.id, set]));
  const ordered: Graph["actions"] = [];
  const seenSets = new Set<number>();
  const seen = new Set<Graph["actions"][number]>();
  const visitSet = (setId: number): void => {
    if (seenSets.has(setId)) return;
    seenSets.add(setId);
    const set = sets.get(setId);
    for (const inner of set?.transitiveDepSetIds ?? []) visitSet(inner);
    for (const artifact of set?.directArtifactIds ?? []) visit(made.get(artifact));
  };
  const visit = (action: Graph["actions"][number] | undefined): void => {
    if (action === undefined || seen.has(action)) return;
    seen.add(action);
    for (const set of action.inputDepSetIds) visitSet(set);
    ordered.push(action);
  };
  // The graph has actions that this target does not need: those of the programs that its tools bring along.
  for (const action of read.actions) if (action.outputIds.some((output) => wanted.has(paths.get(output) ?? ""))) visit(action);
  return ordered
    .filter(({ mnemonic }) => !BAZELS_OWN.has(mnemonic))
    .map((action) => ({
      label: labels.get(action.targetId) ?? "",
      mnemonic: action.mnemonic,
      outputs: action.outputIds.flatMap((output) => paths.get(output) ?? []),
    }));
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
