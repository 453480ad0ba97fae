import fs from "node:fs";
import { writeTar } from "../image/tar/archive.ts";
import type { VolumeEntry } from "./volume-entry.ts";

/** Name of the archive in a volume of the tar layout. */
export const bootstrapTar = "ic-bootstrap.tar";

/** Writes the archive: order of the entries, owner 0:0, time SOURCE_DATE_EPOCH; for the owner only, as the document may hold a key. */
export async function writeBootstrapTar(entries: readonly VolumeEntry[], target: string): Promise<void> {
  await writeTar(target, (writer) => {
    for (const entry of entries) {
      const common = { path: entry.path, uid: 0, gid: 0, link: "" };
      if (entry.kind === "directory") writer.add({ ...common, type: "directory", mode: 0o700 });
      else if ("content" in entry) writer.add({ ...common, type: "file", mode: 0o600, content: entry.content });
      else addFile(entry.source, (fd, size) => writer.add({ ...common, type: "file", mode: 0o600, content: { fd, offset: 0, size, file: entry.source } }));
    }
  });
}

/** One file is open at a time: a state has thousands. A link that took a file's place since the check is refused by the kernel. */
function addFile(source: string, add: (fd: number, size: number) => void): void {
  const fd = fs.openSync(source, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
  try {
    add(fd, fs.fstatSync(fd).size);
  } finally {
    fs.closeSync(fd);
  }
}
