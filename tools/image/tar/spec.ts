/** Where a file or folder goes and what its permissions are: `/path:mode` or `/path:mode:user:group`. */
export interface Spec {
  /** Path below the root, without leading `/`. */
  path: string;
  mode: number;
  /** User and group: a number, or a name that the tool looks up. */
  user: string;
  group: string;
}

const form = /^(?<path>\/.*?):(?<mode>[0-7]{3,4})(?::(?<user>[\w-]+):(?<group>[\w-]+))?$/;

/** Reads a spec; a string says what is wrong with it. The mode stands in the spec because Bazel does not keep that of the source. */
export function parseSpec(text: string): Spec | string {
  const groups = form.exec(text)?.groups;
  if (groups === undefined) return `expected "/path:0644" or "/path:0644:user:group", got ${JSON.stringify(text)}`;
  const path = pathBelowRoot(groups["path"]!);
  if (path === undefined) return `expected an absolute path without ".", ".." or empty parts, got ${JSON.stringify(groups["path"])}`;
  return { path, mode: Number.parseInt(groups["mode"]!, 8), user: groups["user"] ?? "0", group: groups["group"] ?? "0" };
}

/** `/etc/hosts` as `etc/hosts`; undefined when it is not an absolute path in its shortest form. */
export function pathBelowRoot(absolute: string): string | undefined {
  const parts = absolute.split("/");
  const first = parts.shift();
  if (first !== "" || parts.some((part) => part === "" || part === "." || part === "..")) return undefined;
  return parts.join("/");
}

/** Folders above `path`, outermost first: `a/b/c` gives `a`, `a/b`. */
export function parents(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}
