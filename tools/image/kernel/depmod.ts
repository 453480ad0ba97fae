import fs from "node:fs";
import path from "node:path";
import { scratchFolder } from "../../lib/atomic.ts";
import { hermeticEnvironment } from "../../lib/epoch.ts";
import { exec } from "../../lib/exec.ts";
import { contentBytes } from "../tar/content.ts";
import type { TarEntry } from "../tar/entry.ts";
import type { Kernel } from "./find-kernel.ts";
import { keptModules } from "./keep-modules.ts";
import { ModuleGraph } from "./module-graph.ts";

/** Entries of depmod's index (modules.dep, modules.alias.bin ...) for the modules that the patterns keep. */
export async function moduleIndex(kernel: Kernel, keep: readonly string[], depmod: string): Promise<TarEntry[]> {
  using scratch = scratchFolder("depmod");
  const prefix = `usr/lib/modules/${kernel.release}/`;
  const folder = path.join(scratch.path, "lib/modules", kernel.release);
  const shipped = new Set<string>();
  for (const { path: at, content } of kernel.modules) {
    const relative = at.slice(prefix.length);
    shipped.add(relative);
    fs.mkdirSync(path.join(folder, path.dirname(relative)), { recursive: true });
    fs.writeFileSync(path.join(folder, relative), contentBytes(content!));
  }
  const run = (): Promise<unknown> => exec(depmod, ["-b", scratch.path, kernel.release], { env: { ...hermeticEnvironment }, extendEnv: false });
  await run();
  const graph = new ModuleGraph(fs.readFileSync(path.join(folder, "modules.dep"), "utf8"));
  const kept = keptModules(graph, keep);
  const dropped = graph.files().filter((file) => !kept.has(file));
  for (const file of dropped) fs.rmSync(path.join(folder, file));
  if (dropped.length > 0) await run();
  return fs
    .readdirSync(folder)
    .filter((name) => name.startsWith("modules.") && !shipped.has(name))
    .map((name) => ({ path: prefix + name, type: "file", mode: 0o644, uid: 0, gid: 0, link: "", content: fs.readFileSync(path.join(folder, name)) }));
}
