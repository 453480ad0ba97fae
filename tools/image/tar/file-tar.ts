import * as z from "zod";
import { failOnProblems } from "../../lib/failure.ts";
import { archiveOrder } from "./archive.ts";
import { openContent } from "./content.ts";
import type { TarEntry } from "./entry.ts";
import { parents, parseSpec, pathBelowRoot } from "./spec.ts";

/** What the `file_tar` rule asks for. */
export const FileTarRecipe = z.strictObject({
  /** Bazel label, for messages. */
  label: z.string(),
  files: z.array(z.strictObject({ label: z.string(), source: z.string(), spec: z.string() })),
  /** Absolute path of the link to its target. */
  symlinks: z.record(z.string(), z.string()),
  /** `/path:mode[:uid:gid]`. */
  directories: z.array(z.string()),
  /** Whether folders above the entries are written too (root:root, 0755). Without, the archive changes nothing else where it is unpacked. */
  parents: z.boolean(),
});

/** Entries of the archive in its order; every bad spec is reported. */
export function fileTarEntries(recipe: z.infer<typeof FileTarRecipe>): TarEntry[] {
  const problems: string[] = [];
  const entries = new Map<string, TarEntry>();
  const add = (entry: TarEntry, from: string): void => {
    if (entries.has(entry.path)) problems.push(`${from}: /${entry.path} is written twice`);
    entries.set(entry.path, entry);
  };
  const placed = (
    text: string,
    from: string,
    build: (common: { path: string; mode: number; uid: number; gid: number }) => TarEntry,
  ): void => {
    const spec = parseSpec(text);
    if (typeof spec === "string") problems.push(`${from}: ${spec}`);
    else if (!/^\d+$/.test(spec.user + spec.group))
      problems.push(`${from}: expected numbers as user and group, got ${spec.user}:${spec.group}`);
    else add(build({ path: spec.path, mode: spec.mode, uid: Number(spec.user), gid: Number(spec.group) }), from);
  };
  for (const file of recipe.files)
    placed(file.spec, `files[${file.label}]`, (common) => ({ ...common, type: "file", link: "", content: openContent(file.source) }));
  for (const text of recipe.directories) placed(text, "directories", (common) => ({ ...common, type: "directory", link: "" }));
  for (const [link, target] of Object.entries(recipe.symlinks)) {
    const path = pathBelowRoot(link);
    if (path === undefined) problems.push(`symlinks: expected an absolute path, got ${JSON.stringify(link)}`);
    else add({ path, type: "symlink", mode: 0o777, uid: 0, gid: 0, link: target }, "symlinks");
  }
  failOnProblems(recipe.label, problems);
  if (recipe.parents) {
    for (const path of [...entries.keys()].flatMap(parents)) {
      if (!entries.has(path)) entries.set(path, { path, type: "directory", mode: 0o755, uid: 0, gid: 0, link: "" });
    }
  }
  return archiveOrder(entries.values());
}
