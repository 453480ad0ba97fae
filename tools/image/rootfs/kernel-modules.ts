import { contentBytes } from "../tar/content.ts";
import { readTarFile } from "../tar/read.ts";
import type { Tree } from "./tree.ts";

/** A kernel module below usr/lib/modules/<release>/, compressed or not. */
const moduleFile = /^usr\/lib\/modules\/[^/]+\/.*\.ko(?:\.(?:xz|zst|gz))?$/;

/** Adds depmod's index (from `kernel_files`) and drops the modules that it does not list: the index says what the image keeps. */
export function addKernelModules(tree: Tree, archive: string): void {
  const kept = new Set<string>();
  for (const entry of readTarFile(archive)) {
    const existing = tree.get(entry.path);
    if (existing === undefined || entry.type !== "directory") tree.set({ ...entry, origin: { kind: "tool", name: "kernel_files" } });
    const index = /^(.*)\/modules\.dep$/.exec(entry.path);
    if (index !== null)
      for (const line of contentBytes(entry.content!).toString().split("\n")) kept.add(`${index[1]!}/${line.split(":")[0]!}`);
  }
  for (const node of [...tree.nodes()]) if (moduleFile.test(node.path) && !kept.has(node.path)) tree.delete(node.path);
  dropEmptyFolders(tree);
}

/** Folders of dropped modules would only be noise in the image. */
function dropEmptyFolders(tree: Tree): void {
  const used = new Set<string>();
  for (const node of tree.nodes())
    if (node.type !== "directory") for (let at = node.path; at.includes("/");) used.add((at = at.slice(0, at.lastIndexOf("/"))));
  for (const path of tree.below("usr/lib/modules")) if (tree.get(path)!.type === "directory" && !used.has(path)) tree.delete(path);
}
