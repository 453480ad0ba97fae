import { contentReasons, fileInImage } from "./contents.ts";
import { packageOf } from "./packages.ts";
import type { Snapshot, Stage } from "./snapshot.ts";

/** Why a stage's bytes may differ, in the words of images. */
export type Reason =
  | { kind: "package"; name: string; from?: string; to?: string }
  | { kind: "file"; path: string; inImage?: string; change: "added" | "changed" | "removed" }
  | { kind: "setting"; name: string; from?: string; to?: string }
  | { kind: "tool"; name: string; because: string[] }
  | { kind: "stage"; mnemonic: string; label: string };

/** A stage that is another one than before, and why. */
export interface Explanation {
  label: string;
  mnemonic: string;
  output: string;
  reasons: Reason[];
}

/** What changed between two builds of a target: every image stage whose inputs differ, in build order. */
export function explain(before: Snapshot, after: Snapshot): Explanation[] {
  const producers = producersOf(after);
  return Object.entries(after).flatMap(([output, stage]) => {
    if (!stage.mnemonic.startsWith("Icos")) return [];
    const old = before[output];
    const reasons = old === undefined ? [{ kind: "setting", name: "new stage" } as const] : unique(stageReasons(old, stage, before, producers));
    return reasons.length === 0 ? [] : [{ label: stage.label, mnemonic: stage.mnemonic, output, reasons }];
  });
}

function stageReasons(old: Stage, stage: Stage, before: Snapshot, producers: Map<string, Stage>): Reason[] {
  return [...settingReasons(old, stage), ...inputReasons(old, stage, before, producers)];
}

function inputReasons(old: Stage, stage: Stage, before: Snapshot, producers: Map<string, Stage>): Reason[] {
  const changed = [...new Set([...Object.keys(old.inputs), ...Object.keys(stage.inputs)])].filter((input) => old.inputs[input] !== stage.inputs[input]);
  const reasons: Reason[] = [];
  const packages = new Map<string, { from?: string; to?: string }>();
  for (const input of changed.sort()) {
    const debian = packageOf(input);
    if (debian !== undefined) {
      const known = packages.get(debian.name) ?? {};
      if (old.inputs[input] !== undefined) known.from = debian.version;
      if (stage.inputs[input] !== undefined) known.to = debian.version;
      packages.set(debian.name, known);
      continue;
    }
    reasons.push(...oneInput(input, old, stage, before, producers));
  }
  return [...[...packages].map(([name, versions]): Reason => ({ kind: "package", name, ...versions })), ...reasons];
}

function oneInput(input: string, old: Stage, stage: Stage, before: Snapshot, producers: Map<string, Stage>): Reason[] {
  const producer = producers.get(input);
  if (producer?.content !== undefined) return contentReasons(input, before[input]?.content ?? "", producer.content, fileInImage(input, stage, producers));
  if (producer !== undefined && producer.mnemonic.startsWith("Icos")) return [{ kind: "stage", mnemonic: producer.mnemonic, label: producer.label }];
  if (producer !== undefined) {
    const inImage = fileInImage(input, stage, producers);
    const because = sourcesOf(producer, before, producers);
    // A bundle that goes into the image is a file of it; any other one is a tool.
    if (inImage !== undefined) return because.map((path) => ({ kind: "file", path, inImage, change: "changed" }));
    return [{ kind: "tool", name: producer.label, because }];
  }
  const change = old.inputs[input] === undefined ? "added" : stage.inputs[input] === undefined ? "removed" : "changed";
  const inImage = fileInImage(input, change === "removed" ? old : stage, producers);
  if (inImage === undefined && input.startsWith("external/")) return [{ kind: "tool", name: input, because: [] }];
  return [{ kind: "file", path: input, change, ...(inImage === undefined ? {} : { inImage }) }];
}

/** Source files behind a stage that is not an image's, such as a bundle of TypeScript. */
function sourcesOf(producer: Stage, before: Snapshot, producers: Map<string, Stage>): string[] {
  const old = Object.values(before).find((stage) => stage.label === producer.label && stage.mnemonic === producer.mnemonic);
  return Object.entries(producer.inputs)
    .filter(([input, hash]) => old?.inputs[input] !== hash)
    .flatMap(([input]) => {
      const further = producers.get(input);
      return further === undefined || further === producer ? [input] : further.content === undefined ? sourcesOf(further, before, producers) : [];
    })
    .sort();
}

function settingReasons(old: Stage, stage: Stage): Reason[] {
  const removed = old.args.filter((arg) => !stage.args.includes(arg));
  const added = stage.args.filter((arg) => !old.args.includes(arg));
  const reasons = new Map<string, { from?: string; to?: string }>();
  for (const [args, all, key] of [[removed, old.args, "from"], [added, stage.args, "to"]] as const) {
    for (const arg of args) {
      // What names an input or an output is told apart by the file itself.
      if (isPath(arg, old) || isPath(arg, stage)) continue;
      const { name, value } = flagOf(arg, all);
      reasons.set(name, { ...reasons.get(name), [key]: value });
    }
  }
  for (const name of new Set([...Object.keys(old.environment), ...Object.keys(stage.environment)])) {
    const [from, to] = [old.environment[name], stage.environment[name]];
    if (from !== to) reasons.set(`environment ${name}`, { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
  }
  return [...reasons].map(([name, values]) => ({ kind: "setting", name, ...values }));
}

function isPath(arg: string, stage: Stage): boolean {
  const value = arg.replace(/^--[\w-]+=/, "");
  return [...Object.keys(stage.inputs), ...Object.keys(stage.outputs)].some((path) => value === path || value.endsWith(`=${path}`));
}

/** `--size=48M`, or `48M` behind `--size`. */
function flagOf(arg: string, all: readonly string[]): { name: string; value: string } {
  const joined = /^(--[\w-]+)=(.*)$/s.exec(arg);
  if (joined !== null) return { name: joined[1] ?? "", value: joined[2] ?? "" };
  const ahead = all[all.indexOf(arg) - 1] ?? "";
  return ahead.startsWith("--") && !ahead.includes("=") ? { name: ahead, value: arg } : { name: arg, value: "given" };
}

function producersOf(snapshot: Snapshot): Map<string, Stage> {
  return new Map(Object.values(snapshot).flatMap((stage) => Object.keys(stage.outputs).map((output) => [output, stage] as const)));
}

function unique(reasons: readonly Reason[]): Reason[] {
  return [...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values()];
}
