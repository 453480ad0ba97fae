import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { writeFatImage, type ConfigVolumeTools } from "../../tools/config/fat-image.ts";
import { planFat } from "../../tools/config/fat-plan.ts";
import type { VolumeEntry } from "../../tools/config/volume-entry.ts";

/** Writes a CONFIG volume with any content, good or bad: file by path. */
export async function writeVolume(tools: ConfigVolumeTools, target: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  const folders = new Set(Object.keys(files).flatMap((file) => (file.includes("/") ? [path.posix.dirname(file)] : [])));
  const entries: VolumeEntry[] = [
    ...[...folders].map((folder): VolumeEntry => ({ path: folder, kind: "directory" })),
    ...Object.entries(files).map(([file, content]): VolumeEntry => ({ path: file, kind: "file", content: Buffer.from(content) })),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  const scratch = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? os.tmpdir(), "volume-"));
  try {
    await writeFatImage(entries, planFat(entries), tools, scratch, target);
  } finally {
    fs.rmSync(scratch, { recursive: true });
  }
}

/** Gives a volume another label: it stands in the boot sector and in the root folder, as 11 characters. */
export function relabel(file: string, label: string): void {
  const bytes = fs.readFileSync(file);
  const name = (text: string): Buffer => Buffer.from(text.padEnd(11));
  for (let at = bytes.indexOf(name("CONFIG")); at >= 0; at = bytes.indexOf(name("CONFIG"), at)) name(label).copy(bytes, at);
  fs.writeFileSync(file, bytes);
}
