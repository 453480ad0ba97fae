import type { Accounts } from "./accounts.ts";
import { confFiles, confLines, words } from "./conf-files.ts";
import type { Tree } from "./tree.ts";

/** Folders that are writable in the booted image: systemd-tmpfiles fills them at boot. */
const atBoot = /^\/(?:dev|proc|run|sys|tmp|var)(?:\/|$)/;

/**
 * Does what tmpfiles.d(5) asks for on the read-only part of the image, where systemd-tmpfiles cannot at boot: folders, files, links and
 * copies. Removals, credentials and globs have no meaning at build time.
 */
export function applyTmpfiles(tree: Tree, accounts: Accounts): void {
  for (const file of confFiles(tree, "tmpfiles.d", ".conf")) {
    for (const line of confLines(tree, file)) {
      const [type = "", path = "", mode, user, group, , ...argument] = words(line);
      // A modifier ^ takes the argument from a credential, and ! restricts a line to boot; L! is used for links that fit at build time too.
      if (!path.startsWith("/") || atBoot.test(path) || /[%*?]/.test(path) || type.includes("^")) continue;
      // ":" before a mode means: only for what the line makes.
      if (mode?.startsWith(":") === true && tree.has(path.slice(1))) continue;
      apply(tree, type, path.slice(1), argument.join(" "), {
        ...(value(mode) === undefined ? {} : { mode: Number.parseInt(value(mode)!.replace(/^[:~]+/, ""), 8) }),
        uid: accounts.uid(owner(user)) ?? 0,
        gid: accounts.gid(owner(group)) ?? 0,
      });
    }
  }
}

function apply(tree: Tree, type: string, path: string, argument: string, ownership: { mode?: number; uid: number; gid: number }): void {
  const exists = tree.has(path);
  if (/^[dDvqQ]/.test(type)) {
    if (!exists || ownership.mode !== undefined) tree.directory(path, ownership);
  } else if (/^[fF]/.test(type)) {
    if (!exists) tree.file(path, argument.replaceAll("\\n", "\n"), ownership);
  } else if (type.startsWith("L")) {
    if (argument !== "" && (!exists || type.includes("+"))) tree.symlink(path, argument);
  } else if (type.startsWith("C") && !exists) {
    copy(tree, argument === "" ? `usr/share/factory/${path}` : argument.slice(1), path);
  }
}

function copy(tree: Tree, source: string, target: string): void {
  for (const at of [source, ...tree.below(source)]) {
    const node = tree.get(at);
    if (node !== undefined) tree.set({ ...node, path: target + at.slice(source.length) });
  }
}

function value(field: string | undefined): string | undefined {
  return field === undefined || field === "-" ? undefined : field;
}

function owner(field: string | undefined): string {
  return (value(field) ?? "0").replace(/^:/, "");
}
