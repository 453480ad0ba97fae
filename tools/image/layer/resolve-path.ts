import path from "node:path/posix";
import { mergedUsr } from "./merged-usr.ts";

/** The kernel's limit of links in one path: path_resolution(7). */
const MAX_LINKS = 40;

/** The path that a path leads to when the symbolic links on its way are followed inside the image. Neither has a leading slash. */
export function resolvePath(get: (at: string) => { type: string; link: string } | undefined, at: string): string {
  let resolved = "";
  const rest = mergedUsr(at).split("/");
  for (let links = 0; rest.length > 0;) {
    const next = path.join(resolved, rest.shift()!);
    const node = get(next);
    if (node?.type !== "symlink" || ++links > MAX_LINKS) resolved = next;
    else {
      if (node.link.startsWith("/")) resolved = "";
      rest.unshift(
        ...mergedUsr(node.link.replace(/^\/+/, ""))
          .split("/")
          .filter((part) => part !== "" && part !== "."),
      );
    }
    // ".." above the root stays at the root.
    if (resolved === ".." || resolved === ".") resolved = "";
  }
  return resolved;
}
