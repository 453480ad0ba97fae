import { contentBytes } from "../tar/content.ts";
import type { TarEntry } from "../tar/entry.ts";
import type { LayerPackage } from "./read-layers.ts";
import { resolvePath } from "./resolve-path.ts";

/** Files of all packages by path, for tools that need only a few of them. Where packages share a path, the first in name order counts. */
export class FileIndex {
  readonly #entries = new Map<string, TarEntry>();

  constructor(packages: readonly LayerPackage[]) {
    for (const { entries } of packages)
      for (const entry of entries) if (!this.#entries.has(entry.path)) this.#entries.set(entry.path, entry);
  }

  /** All paths, in the order of the packages. */
  paths(): IterableIterator<string> {
    return this.#entries.keys();
  }

  /** Bytes of a file, through symbolic and hard links; undefined when there is none. */
  read(at: string): Buffer | undefined {
    let entry = this.#entries.get(resolvePath((one) => this.#entries.get(one), at));
    if (entry?.type === "hardlink") entry = this.#entries.get(entry.link);
    return entry?.content === undefined ? undefined : contentBytes(entry.content);
  }
}
