import { failOnProblems } from "../../lib/failure.ts";
import type { LayerPackage } from "../layer/read-layers.ts";
import { mergedUsr } from "../layer/merged-usr.ts";
import { words } from "./conf-files.ts";
import type { Tree } from "./tree.ts";

/** One `update-alternatives --install` of a maintainer script. */
export interface Alternative {
  link: string;
  name: string;
  target: string;
  priority: number;
  slaves: { link: string; name: string; target: string }[];
}

/** Makes the links of update-alternatives(1): for each name the target of the highest priority; what points at a file left out is skipped. */
export function addAlternatives(tree: Tree, packages: readonly LayerPackage[]): void {
  const problems: string[] = [];
  const best = new Map<string, Alternative>();
  for (const { name, postinst } of packages) {
    for (const alternative of parseAlternatives(postinst)) {
      if (typeof alternative === "string") problems.push(`${name}: ${alternative}`);
      else if (exists(tree, alternative.target) && alternative.priority > (best.get(alternative.name)?.priority ?? -Infinity))
        best.set(alternative.name, alternative);
    }
  }
  failOnProblems("alternatives", problems);
  for (const alternative of best.values()) {
    for (const { link, name, target } of [alternative, ...alternative.slaves]) {
      if (!exists(tree, target)) continue;
      tree.symlink(mergedUsr(link.slice(1)), `/etc/alternatives/${name}`);
      tree.symlink(`etc/alternatives/${name}`, target);
    }
  }
}

/** Reads the calls out of a script; a string says why one is not understood. */
export function parseAlternatives(script: string): (Alternative | string)[] {
  const joined = script.replaceAll(/\\\n/g, " ");
  const calls = [...joined.matchAll(/^[^#\n]*?\bupdate-alternatives\s+([^\n]*--install\b[^\n]*)$/gm)];
  return calls.map(([, text]) => {
    const args = words(text!.split(/\s+(?:\|\||&&|;)/)[0]!);
    const at = args.indexOf("--install");
    const [link = "", name = "", target = "", priority = ""] = args.slice(at + 1);
    const slaves = args.flatMap((word, index) =>
      word === "--slave" ? [{ link: args[index + 1] ?? "", name: args[index + 2] ?? "", target: args[index + 3] ?? "" }] : [],
    );
    const used = [{ link, name, target }, ...slaves];
    if (
      !/^-?\d+$/.test(priority) ||
      used.some((one) => !one.link.startsWith("/") || !one.target.startsWith("/") || /\$/.test(one.link + one.name + one.target))
    ) {
      return `update-alternatives is called in a form that is not understood: ${text!.trim()}`;
    }
    return { link, name, target, priority: Number(priority), slaves };
  });
}

function exists(tree: Tree, target: string): boolean {
  return tree.has(mergedUsr(target.slice(1)));
}
