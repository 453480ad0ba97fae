import type { Reason } from "./reasons.ts";
import type { Stage } from "./snapshot.ts";

/** Where a stage puts an input in the image: `--file=/path:mode=input`, or an entry of its recipe with `source` and `spec`. */
export function fileInImage(input: string, stage: Stage, producers: Map<string, Stage>): string | undefined {
  for (const arg of stage.args) {
    const flag = /^--file=([^=]+)=(.*)$/.exec(arg);
    if (flag?.[2] === input) return pathOf(flag[1] ?? "");
  }
  for (const other of Object.keys(stage.inputs)) {
    const content = producers.get(other)?.content;
    if (content === undefined || !content.includes(input)) continue;
    const spec = recipeFiles(content).find(({ source }) => source === input)?.spec;
    if (spec !== undefined) return pathOf(spec);
  }
  return undefined;
}

/** What changed in a file that Bazel writes: a recipe's settings by name, a text's lines. */
export function contentReasons(file: string, before: string, after: string, inImage: string | undefined): Reason[] {
  const [old, now] = [asObject(before), asObject(after)];
  if (old === undefined || now === undefined) {
    return [{ kind: "setting", name: inImage === undefined ? file : `${inImage} in the image`, from: before.trim(), to: after.trim() }];
  }
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((name) => {
    const [from, to] = [JSON.stringify(old[name]), JSON.stringify(now[name])];
    if (from === to) return [];
    // Which layers there are follows from the packages, which have reasons of their own.
    if (name === "layers") return [];
    if (Array.isArray(old[name]) && Array.isArray(now[name])) return listReasons(name, old[name], now[name]);
    return [{ kind: "setting", name, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  });
}

/** Entries of a list that came or went; a list of files by the paths in the image. */
function listReasons(name: string, before: readonly unknown[], after: readonly unknown[]): Reason[] {
  const shown = (entry: unknown): string => (typeof entry === "object" && entry !== null && "spec" in entry ? String(entry.spec) : typeof entry === "string" ? entry : JSON.stringify(entry));
  const [old, now] = [before.map(shown), after.map(shown)];
  return [
    ...now.filter((entry) => !old.includes(entry)).map((entry): Reason => ({ kind: "setting", name, to: entry })),
    ...old.filter((entry) => !now.includes(entry)).map((entry): Reason => ({ kind: "setting", name, from: entry })),
  ];
}

function recipeFiles(content: string): { source?: unknown; spec?: string }[] {
  const files = asObject(content)?.["files"];
  return Array.isArray(files) ? (files as { source?: unknown; spec?: string }[]) : [];
}

function asObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** `/path` of `/path:mode:user:group`. */
function pathOf(spec: string): string {
  return spec.split(":")[0] ?? spec;
}
