import { decompress, type Compressed } from "../deb/decompress.ts";
import { moduleName, ModuleGraph } from "../kernel/module-graph.ts";
import type { FileIndex } from "../layer/file-index.ts";
import { contentBytes } from "../tar/content.ts";
import { readTarFile } from "../tar/read.ts";
import { FileType, type CpioEntry } from "./cpio.ts";

/** Lists of modules that an initrd brings: /init loads the first at once, the second when the root partition does not appear. */
export interface WantedModules {
  always: readonly string[];
  fallback: readonly string[];
}

/** Module files (decompressed: the whole initrd is compressed better) and the lists /modules.list and /modules-fallback.list in loading order. */
export async function collectModules(
  index: FileIndex,
  moduleIndex: string,
  wanted: WantedModules,
  xz: string,
  problems: string[],
): Promise<CpioEntry[]> {
  const { graph, prefix } = readGraph(moduleIndex);
  const builtin = new Set((index.read(`${prefix}modules.builtin`)?.toString() ?? "").split("\n").map(moduleName));
  const find = (name: string): string[] => {
    const file = graph.find(name);
    if (file === undefined && !builtin.has(moduleName(name))) problems.push(`modules: the kernel has no module ${name}`);
    return file === undefined ? [] : [file];
  };
  const always = graph.inLoadOrder(wanted.always.flatMap(find));
  const fallback = graph.inLoadOrder(wanted.fallback.flatMap(find)).filter((file) => !always.includes(file));
  const compressed = [...always, ...fallback].flatMap((file): Compressed[] => {
    const bytes = index.read(prefix + file);
    if (bytes === undefined) problems.push(`modules: no package has /${prefix}${file}`);
    return bytes === undefined ? [] : [{ name: file, bytes }];
  });
  const entries = [list("modules.list", always), list("modules-fallback.list", fallback)];
  if (problems.length > 0) return entries;
  for await (const { name, content } of decompress(compressed, xz)) {
    entries.push({ path: `lib/modules/${moduleName(name)}.ko`, mode: FileType.regular | 0o644, data: contentBytes(content) });
  }
  return entries;
}

function readGraph(moduleIndex: string): { graph: ModuleGraph; prefix: string } {
  for (const entry of readTarFile(moduleIndex)) {
    if (entry.path.endsWith("/modules.dep"))
      return { graph: new ModuleGraph(contentBytes(entry.content!).toString()), prefix: entry.path.slice(0, -"modules.dep".length) };
  }
  throw new Error(`${moduleIndex}: no modules.dep`);
}

function list(path: string, files: readonly string[]): CpioEntry {
  return { path, mode: FileType.regular | 0o644, data: Buffer.from(files.map((file) => `${moduleName(file)}.ko\n`).join("")) };
}
