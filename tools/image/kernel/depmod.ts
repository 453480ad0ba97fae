import fs from "node:fs";
import path from "node:path";
import { scratchFolder } from "../../lib/atomic.ts";
import { hermeticEnvironment } from "../../lib/epoch.ts";
import { runProgram } from "../../lib/run-program.ts";
import { contentBytes, type Content } from "../tar/content.ts";
import type { TarEntry } from "../tar/entry.ts";
import type { Kernel } from "./find-kernel.ts";
import { keepModules } from "./keep-modules.ts";

/** Programs that this tool runs. */
export interface Programs {
  depmod: string;
  xz: string;
}

/** Entries of depmod's index (modules.dep, modules.alias.bin ...) for the modules that the patterns keep; no pattern keeps all. */
export async function moduleIndex(kernel: Kernel, patterns: readonly string[], programs: Programs): Promise<TarEntry[]> {
  const prefix = `usr/lib/modules/${kernel.release}/`;
  const shipped = new Map(kernel.modules.map((entry) => [entry.path.slice(prefix.length), entry.content!]));
  const modules = new Map([...shipped].filter(([file]) => /\.ko(?:\.\w+)?$/.test(file)));
  const builtin = shipped.has("modules.builtin") ? contentBytes(shipped.get("modules.builtin")!).toString().trim().split("\n") : [];
  // depmod looks at a file's first bytes, not at its name: decompressed modules under their compressed names save it the work.
  const indexed: Map<string, Content> = patterns.length === 0 ? modules : await keepModules(modules, builtin, patterns, programs.xz);

  using scratch = scratchFolder("depmod");
  const folder = path.join(scratch.path, "lib/modules", kernel.release);
  const lists = [...shipped].filter(([file]) => file.startsWith("modules."));
  for (const [file, content] of [...lists, ...indexed]) {
    fs.mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), contentBytes(content));
  }
  await runProgram(programs.depmod, ["-b", scratch.path, kernel.release], { env: hermeticEnvironment });
  return fs
    .readdirSync(folder)
    .filter((name) => name.startsWith("modules.") && !shipped.has(name))
    .map((name) => ({
      path: prefix + name,
      type: "file",
      mode: 0o644,
      uid: 0,
      gid: 0,
      link: "",
      content: fs.readFileSync(path.join(folder, name)),
    }));
}
