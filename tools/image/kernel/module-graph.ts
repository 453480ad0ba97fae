import path from "node:path/posix";

/** Which modules need which, as depmod found out: modules.dep(5). Paths are relative to the modules folder of the kernel. */
export class ModuleGraph {
  readonly #needs: ReadonlyMap<string, readonly string[]>;
  readonly #byName: ReadonlyMap<string, string>;

  /** `modulesDep` is the text of modules.dep. */
  constructor(modulesDep: string) {
    const lines = modulesDep.split("\n").filter((line) => line !== "");
    this.#needs = new Map(
      lines.map((line) => [
        line.split(":")[0]!,
        line
          .split(":")[1]!
          .trim()
          .split(/\s+/)
          .filter((word) => word !== ""),
      ]),
    );
    this.#byName = new Map([...this.#needs.keys()].map((file) => [moduleName(file), file]));
  }

  /** All modules. */
  files(): string[] {
    return [...this.#needs.keys()];
  }

  /** Path of a module by its name; `-` and `_` are the same. */
  find(name: string): string | undefined {
    return this.#byName.get(moduleName(name));
  }

  /** The modules and all they need, each after what it needs. */
  inLoadOrder(files: Iterable<string>): string[] {
    const order = new Set<string>();
    const add = (file: string): void => {
      if (order.has(file)) return;
      // modules.dep lists what is needed in reverse order of loading.
      for (const needed of (this.#needs.get(file) ?? []).toReversed()) add(needed);
      order.add(file);
    };
    for (const file of files) add(file);
    return [...order];
  }
}

/** Name under which the kernel knows a module file: `kernel/fs/dm-mod.ko.xz` is dm_mod. */
export function moduleName(file: string): string {
  return path
    .basename(file)
    .replace(/\.ko(?:\.\w+)?$/, "")
    .replaceAll("-", "_");
}
