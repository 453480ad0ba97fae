import type { VolumeEntry } from "./volume-entry.ts";

/** Names that mean devices to readers of FAT file systems (Microsoft, "Naming Files, Paths, and Namespaces"); mtools renames them. */
const reserved = /^(?:con|prn|aux|nul|clock\$|com\d|lpt\d)(?:\.|$)/i;

/** Printable ASCII without what FAT long names exclude (same source) and without brackets, which mtools reads as patterns. */
const allowed = /^[A-Za-z0-9 !#$%&'()+,\-.;=@^_`{}~]{1,255}$/;

/** Names that a FAT file system would lose, change or take for the same. */
export function fatNameProblems(entries: readonly VolumeEntry[]): string[] {
  const problems: string[] = [];
  const seen = new Map<string, string>();
  for (const { path } of entries) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const twin = seen.get(path.toLowerCase());
    if (!allowed.test(name) || /^ |[ .]$/.test(name) || reserved.test(name)) problems.push(`${JSON.stringify(path)}: FAT cannot hold a file of this name`);
    if (twin !== undefined) problems.push(`${path}: FAT takes it for the same name as ${twin}`);
    seen.set(path.toLowerCase(), path);
  }
  return problems;
}
