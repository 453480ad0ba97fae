import path from "node:path/posix";
import type { TarEntry } from "../tar/entry.ts";
import type { Node, Tree } from "./tree.ts";

/** Where the read-only image keeps the first content of /var. */
const FACTORY = "usr/share/factory";

/** Entries of /var that stay in the image, so that there is something to mount on and links work before the mount. */
const mountPoint = /^var(?:\/(?:tmp|lib|log|cache|spool|mail|opt|local|backups|run|lock))?$/;

/**
 * Takes the content of /var out of the tree: it is another file system. A copy lies below /usr/share/factory, with tmpfiles.d(5) lines
 * that bring back whatever an empty /var lacks. Returns the same content as entries of a ready-made /var file system.
 */
export function splitVar(tree: Tree): TarEntry[] {
  tree.addMissingParents();
  const nodes = ["var", ...tree.below("var")].map((at) => tree.get(at)!);
  const lines: string[] = [];
  for (const node of nodes) {
    if (!mountPoint.test(node.path)) tree.delete(node.path);
    if (node.path === "var") continue;
    if (!/^var\/(?:run|lock)$/.test(node.path)) tree.set({ ...moved(node, `${FACTORY}/var`), origin: node.origin });
    if (path.dirname(node.path) === "var") lines.push(tmpfilesLine(node));
  }
  tree.file("usr/lib/tmpfiles.d/00-var-from-image.conf", `# Written with the image: /var as the packages left it.\n${lines.join("")}`);
  tree.addMissingParents();
  return nodes.map((node) => moved(node, ""));
}

/** The entry below another folder than var/; a hard link follows the file it names. */
function moved({ origin: _, ...entry }: Node, root: string): TarEntry {
  const below = (at: string): string => (root + at.slice("var".length)).replace(/^\//, "");
  return { ...entry, path: below(entry.path), link: entry.type === "hardlink" ? below(entry.link) : entry.link };
}

function tmpfilesLine(node: Node): string {
  if (node.type === "symlink") return `L /${node.path} - - - - ${node.link}\n`;
  return `C /${node.path} ${node.mode.toString(8).padStart(4, "0")} ${node.uid} ${node.gid} - /${FACTORY}/${node.path}\n`;
}
