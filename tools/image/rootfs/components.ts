import { failOnProblems } from "../../lib/failure.ts";
import { mergedUsr } from "../layer/merged-usr.ts";
import { openContent } from "../tar/content.ts";
import { parseSpec, pathBelowRoot, type Spec } from "../tar/spec.ts";
import type { Accounts } from "./accounts.ts";
import type { Recipe } from "./recipe.ts";
import type { Node, Tree } from "./tree.ts";

/** A component's entry whose owner is still a name. */
interface Placed {
  node: Node;
  spec: Spec;
}

/** Puts component files, folders and links over the packages' files. All bad specs and double paths are reported. */
export function addComponents(tree: Tree, recipe: Pick<Recipe, "label" | "files" | "directories" | "symlinks">): Placed[] {
  const problems: string[] = [];
  const seen = new Map<string, string>();
  const placed: Placed[] = [];
  const add = (name: string, node: Omit<Node, "origin" | "path">, spec: Spec): void => {
    const path = mergedUsr(spec.path);
    const first = seen.get(path);
    if (first !== undefined) problems.push(`/${path} is given by ${first} and by ${name}`);
    seen.set(path, name);
    const replaced = tree.get(path);
    if (replaced?.type === "directory" && node.type !== "directory")
      problems.push(`${name}: /${path} is a folder of ${replaced.origin.name}`);
    const complete: Node = { ...node, path, origin: { kind: "component", name } };
    tree.set(complete);
    placed.push({ node: complete, spec });
  };
  for (const { label, source, spec: text } of recipe.files) {
    const spec = parseSpec(text);
    if (typeof spec === "string") problems.push(`files[${label}]: ${spec}`);
    else add(label, { type: "file", mode: spec.mode, uid: 0, gid: 0, link: "", content: openContent(source) }, spec);
  }
  for (const text of recipe.directories) {
    const spec = parseSpec(text);
    if (typeof spec === "string") problems.push(`directories: ${spec}`);
    else add("directories", { type: "directory", mode: spec.mode, uid: 0, gid: 0, link: "" }, spec);
  }
  for (const [link, target] of Object.entries(recipe.symlinks)) {
    const path = pathBelowRoot(link);
    if (path === undefined)
      problems.push(`symlinks: expected an absolute path without ".", ".." or empty parts, got ${JSON.stringify(link)}`);
    else add("symlinks", { type: "symlink", mode: 0o777, uid: 0, gid: 0, link: target }, { path, mode: 0o777, user: "0", group: "0" });
  }
  failOnProblems(`${recipe.label}: component files`, problems);
  return placed;
}

/** Gives component entries their owners, once users and groups are known: components may bring users of their own by sysusers.d. */
export function resolveOwners(placed: readonly Placed[], accounts: Accounts, label: string): void {
  const problems: string[] = [];
  for (const { node, spec } of placed) {
    const uid = accounts.uid(spec.user);
    const gid = accounts.gid(spec.group);
    if (uid === undefined) problems.push(`/${node.path}: no user ${spec.user}`);
    if (gid === undefined) problems.push(`/${node.path}: no group ${spec.group}`);
    Object.assign(node, { uid: uid ?? 0, gid: gid ?? 0 });
  }
  failOnProblems(`${label}: owners of component files`, problems, { hint: "declare the user in a sysusers.d file of a component" });
}
