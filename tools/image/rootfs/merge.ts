import { failOnProblems } from "../../lib/failure.ts";
import type { LayerPackage } from "../layer/read-layers.ts";
import { mergedUsrLinks } from "../layer/merged-usr.ts";
import { sameContent } from "../tar/content.ts";
import type { TarEntry } from "../tar/entry.ts";
import { Tree, type Node } from "./tree.ts";

/** Unpacks packages into one tree as dpkg would; two packages that own a path with different content are all reported. */
export function mergePackages(packages: readonly LayerPackage[]): Tree {
  const tree = new Tree();
  const problems: string[] = [];
  for (const link of mergedUsrLinks) tree.symlink(link, `usr/${link}`);
  const replaces = new Map(packages.map((one) => [one.name, relationNames(one.fields.get("Replaces"))]));
  for (const { name, entries } of packages) {
    for (const entry of entries) {
      const existing = tree.get(entry.path);
      const node: Node = { ...entry, origin: { kind: "package", name } };
      if (existing === undefined) tree.set(node);
      else if (!keepExisting(existing, entry)) {
        const other = existing.origin.name;
        // Debian policy 7.6.1: a package may overwrite files of a package that it names in Replaces.
        if (replaces.get(name)?.has(other) === true) tree.set(node);
        else if (replaces.get(other)?.has(name) !== true)
          problems.push(`/${entry.path}: ${describe(existing)} in ${other}, ${describe(entry)} in ${name}`);
      }
    }
  }
  failOnProblems("packages own the same path", problems, {
    hint: "leave one of the packages out, or list the path in `exclude` and give the file as a component",
  });
  return tree;
}

/** Whether a later entry changes nothing: folders are shared, and a folder never replaces a link (dpkg(1), "symlinks to directories"). */
function keepExisting(existing: Node, entry: TarEntry): boolean {
  if (entry.type === "directory") return existing.type === "directory" || existing.type === "symlink";
  if (mergedUsrLinks.includes(entry.path)) return true;
  if (existing.type !== entry.type || existing.link !== entry.link || existing.mode !== entry.mode) return false;
  return entry.content === undefined || sameContent(existing.content!, entry.content);
}

function describe(entry: TarEntry): string {
  const mode = entry.mode.toString(8).padStart(4, "0");
  if (entry.type === "file") return `a file (${mode})`;
  return entry.link === "" ? `a ${entry.type} (${mode})` : `a ${entry.type} to ${entry.link}`;
}

/** Names in a relationship field such as "a (<< 2), b | c". */
function relationNames(field: string | undefined): Set<string> {
  return new Set(
    (field ?? "")
      .split(/[,|]/)
      .map((relation) => relation.trim().split(/[\s(:[]/)[0]!)
      .filter((name) => name !== ""),
  );
}
