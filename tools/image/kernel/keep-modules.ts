import { failOnProblems } from "../../lib/failure.ts";
import { excluder } from "../layer/exclude.ts";
import { moduleName, type ModuleGraph } from "./module-graph.ts";

/**
 * Modules that an image keeps: those that a pattern names, and what they need. A pattern is a module's name (`virtio_net`), or a glob of
 * its path (`kernel/fs/xfs`, `kernel/drivers/**`). No patterns keep all.
 */
export function keptModules(graph: ModuleGraph, patterns: readonly string[]): Set<string> {
  if (patterns.length === 0) return new Set(graph.files());
  const problems: string[] = [];
  const wanted = patterns.flatMap((pattern) => {
    const matches = pattern.includes("/") ? graph.files().filter(excluder([pattern])) : graph.files().filter((file) => moduleName(file) === moduleName(pattern));
    if (matches.length === 0) problems.push(`keep_modules: ${pattern} matches no module`);
    return matches;
  });
  failOnProblems("kernel modules", problems);
  return new Set(graph.inLoadOrder(wanted));
}
