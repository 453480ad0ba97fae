import { createHash } from "node:crypto";
import fs from "node:fs";
import type { WrittenVolume } from "./config-volume.ts";
import { entrySize, type VolumeEntry } from "./volume-entry.ts";

/** What `--json` prints about a volume that was written. Sizes are bytes, digests hexadecimal. */
export interface VolumeSummary {
  output: string;
  layout: "files" | "tar";
  fat: 16 | 32;
  bytes: number;
  sha256: string;
  files: { path: string; bytes: number; sha256: string }[];
}

/** Describes a volume; its content stays out of it. */
export function volumeSummary(written: WrittenVolume, output: string): VolumeSummary {
  const files = written.entries.filter((entry) => entry.kind === "file").map((entry) => ({ path: entry.path, bytes: entrySize(entry), sha256: contentDigest(entry) }));
  return { output, layout: written.layout, fat: written.fat.bits, bytes: written.fat.bytes, sha256: fileDigest(output), files };
}

function contentDigest(entry: VolumeEntry & { kind: "file" }): string {
  return "content" in entry ? createHash("sha256").update(entry.content).digest("hex") : fileDigest(entry.source);
}

function fileDigest(file: string): string {
  const [hash, buffer, fd] = [createHash("sha256"), Buffer.allocUnsafe(1024 * 1024), fs.openSync(file, "r")];
  try {
    for (let got = -1; got !== 0; ) {
      got = fs.readSync(fd, buffer);
      hash.update(buffer.subarray(0, got));
    }
  } finally {
    fs.closeSync(fd);
  }
  return hash.digest("hex");
}
