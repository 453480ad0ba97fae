/** One file or folder of a CONFIG volume. */
export type VolumeEntry =
  | { path: string; kind: "directory" }
  /** A file of this machine. */
  | { path: string; kind: "file"; source: string; size: number }
  /** A file made here. */
  | { path: string; kind: "file"; content: Buffer };

/** Bytes of a file; 0 for a folder. */
export function entrySize(entry: VolumeEntry): number {
  if (entry.kind === "directory") return 0;
  return "content" in entry ? entry.content.length : entry.size;
}

/** Last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The folder a path is in; empty for the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
