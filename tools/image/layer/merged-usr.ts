/** Folders of the root that are links into /usr: Debian's usrmerge, UsrMerge in the Debian wiki; hier(7). */
const aliased = /^(?:bin|sbin|lib|lib32|lib64|libx32)(?=\/)/;

/** The links of a merged-/usr system, which every image has. */
export const mergedUsrLinks: readonly string[] = ["bin", "lib", "lib64", "sbin"];

/** The path a package's file really gets: `bin/sh` lands in `usr/bin/sh`. */
export function mergedUsr(path: string): string {
  return aliased.test(path) ? `usr/${path}` : path;
}
