import type { TarEntry } from "../../../tools/image/tar/entry.ts";

/** Where a merged root file system keeps dpkg's database (tools/image/rootfs/dpkg.ts). */
const DPKG_DATABASE = "usr/share/dpkg-db";

/**
 * A merged root and its /var as the one tree that a guest sees: /var is mounted, and dpkg's database, which /var/lib/dpkg links to, is
 * looked at through that link.
 */
export function* mergedTree(root: Iterable<TarEntry>, varEntries: Iterable<TarEntry>): Generator<TarEntry> {
  const below = (path: string): string => (path === "" ? "var" : `var/${path}`);
  const database = (path: string): string =>
    path === DPKG_DATABASE || path.startsWith(`${DPKG_DATABASE}/`) ? `var/lib/dpkg${path.slice(DPKG_DATABASE.length)}` : path;
  for (const entry of root) {
    // What is below the mount is not seen.
    if (/^var(?:\/|$)/.test(entry.path)) continue;
    yield { ...entry, path: database(entry.path) };
  }
  for (const entry of varEntries) {
    if (entry.path === "lib/dpkg" && entry.link === `/${DPKG_DATABASE}`) continue;
    yield { ...entry, path: below(entry.path), link: entry.type === "hardlink" ? below(entry.link) : entry.link };
  }
}
