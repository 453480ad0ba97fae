import { resolvePath } from "../layer/resolve-path.ts";
import { byteOrder } from "../tar/byte-order.ts";
import { contentBytes, type Content } from "../tar/content.ts";
import type { TarEntry } from "../tar/entry.ts";
import { parents } from "../tar/spec.ts";

/** Who put an entry into the image: a package, a file of the project, or this tool in place of a maintainer script. */
export type Origin = { kind: "package" | "component" | "tool"; name: string };

/** An entry of the image with the one that put it there. */
export interface Node extends TarEntry {
  origin: Origin;
}

/** Permissions and owner; what is left out is root's and 0644 (files) or 0755 (folders). */
export interface Ownership {
  mode?: number;
  uid?: number;
  gid?: number;
}

const tool: Origin = { kind: "tool", name: "rootfs" };

/** The file tree of an image under construction. Paths have no leading slash. */
export class Tree {
  readonly #nodes = new Map<string, Node>();
  /**
   * What lies in each folder, also in those without an entry of their own: `below` is asked for each unit of systemd, in a tree of many thousand entries.
   * Paths that were deleted stay in it.
   */
  readonly #inside = new Map<string, Set<string>>();

  get(at: string): Node | undefined {
    return this.#nodes.get(at);
  }

  has(at: string): boolean {
    return this.#nodes.has(at);
  }

  delete(at: string): void {
    this.#nodes.delete(at);
  }

  /** Puts a node in its place, whatever was there. */
  set(node: Node): void {
    if (!this.#nodes.has(node.path)) this.#announce(node.path);
    this.#nodes.set(node.path, node);
  }

  /** All nodes, in no particular order. */
  nodes(): IterableIterator<Node> {
    return this.#nodes.values();
  }

  /** Paths below a folder, at any depth, byte-wise sorted. */
  below(folder: string): string[] {
    const found: string[] = [];
    const collect = (from: string): void => {
      for (const at of this.#inside.get(from) ?? []) {
        if (this.#nodes.has(at)) found.push(at);
        collect(at);
      }
    };
    collect(folder);
    return found.sort(byteOrder);
  }

  /** Writes a file in place of a maintainer script. A component's file at that path stays: components override packages and defaults. */
  file(at: string, content: Content | string, ownership: Ownership = {}): void {
    this.#put({
      path: at,
      type: "file",
      mode: 0o644,
      uid: 0,
      gid: 0,
      ...ownership,
      link: "",
      content: typeof content === "string" ? Buffer.from(content) : content,
      origin: tool,
    });
  }

  /** Makes a symbolic link, with the same precedence as `file`. */
  symlink(at: string, target: string): void {
    this.#put({ path: at, type: "symlink", mode: 0o777, uid: 0, gid: 0, link: target, origin: tool });
  }

  /** Makes a folder, or changes the permissions of one that is there. */
  directory(at: string, ownership: Ownership = {}): void {
    const existing = this.#nodes.get(at);
    if (existing?.type === "directory") Object.assign(existing, existing.origin.kind === "component" ? {} : ownership);
    else this.#put({ path: at, type: "directory", mode: 0o755, uid: 0, gid: 0, ...ownership, link: "", origin: tool });
  }

  /** Adds the folders above every node that are missing: root's, 0755. */
  addMissingParents(): void {
    for (const folder of [...this.#nodes.keys()].flatMap(parents)) {
      if (!this.#nodes.has(folder))
        this.set({ path: folder, type: "directory", mode: 0o755, uid: 0, gid: 0, link: "", origin: tool });
    }
  }

  /** The path that a path leads to when its symbolic links are followed as in the booted image. */
  resolve(at: string): string {
    return resolvePath((one) => this.#nodes.get(one), at);
  }

  /** Text of a file, through symbolic links; undefined when there is none. */
  text(at: string): string | undefined {
    const content = this.#nodes.get(this.resolve(at))?.content;
    return content === undefined ? undefined : contentBytes(content).toString();
  }

  #put(node: Node): void {
    if (this.#nodes.get(node.path)?.origin.kind !== "component") this.set(node);
  }

  #announce(at: string): void {
    const slash = at.lastIndexOf("/");
    if (slash < 0) return;
    const folder = at.slice(0, slash);
    const inside = this.#inside.get(folder);
    if (inside !== undefined) inside.add(at);
    else {
      this.#inside.set(folder, new Set([at]));
      this.#announce(folder);
    }
  }
}
