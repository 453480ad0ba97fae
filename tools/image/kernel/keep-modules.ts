import { failOnProblems } from "../../lib/failure.ts";
import { decompress } from "../deb/decompress.ts";
import { excluder } from "../layer/exclude.ts";
import { contentBytes, type Content } from "../tar/content.ts";
import { moduleName } from "./module-graph.ts";
import { readModuleInfo } from "./module-info.ts";

/** Modules by path below the modules folder of the kernel: `kernel/fs/xfs/xfs.ko.xz`. */
export type Modules = ReadonlyMap<string, Content>;

/**
 * The modules that an image keeps, decompressed: those that a pattern names, and all that these need. A pattern is a module's name
 * (`virtio_net`), or a glob of its path (`kernel/fs/xfs`, `kernel/drivers/**`); it may match one of modules.builtin instead. Only kept
 * modules are decompressed, which is what takes the time.
 */
export async function keepModules(
  modules: Modules,
  builtin: readonly string[],
  patterns: readonly string[],
  xz: string,
): Promise<Map<string, Buffer>> {
  const byName = new Map([...modules.keys()].map((file) => [moduleName(file), file]));
  const kept = new Map<string, Buffer>();
  for (let next = matching(modules, builtin, patterns); next.length > 0;) {
    const needed = new Set<string>();
    const compressed = next.map((file) => ({ name: file, bytes: contentBytes(modules.get(file)!) }));
    for await (const { name, content } of decompress(compressed, xz)) {
      const bytes = contentBytes(content);
      kept.set(name, bytes);
      const { depends, softdeps } = readModuleInfo(bytes);
      // A name without a file is built into the kernel.
      for (const other of [...depends, ...softdeps]) needed.add(byName.get(moduleName(other)) ?? "");
    }
    next = [...needed].filter((file) => file !== "" && !kept.has(file)).sort();
  }
  return kept;
}

function matching(modules: Modules, builtin: readonly string[], patterns: readonly string[]): string[] {
  const files = [...modules.keys()].sort();
  const problems: string[] = [];
  const found = patterns.flatMap((pattern) => {
    const matches = pattern.includes("/") ? excluder([pattern]) : (file: string) => moduleName(file) === moduleName(pattern);
    const kept = files.filter(matches);
    if (kept.length === 0 && !builtin.some(matches)) problems.push(`keep_modules: ${pattern} matches no module`);
    return kept;
  });
  failOnProblems("kernel modules", problems);
  return [...new Set(found)];
}
