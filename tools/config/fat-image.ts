import fs from "node:fs";
import path from "node:path";
import { finish, unfinishedPath } from "../lib/atomic.ts";
import { hermeticEnvironment } from "../lib/epoch.ts";
import { exec } from "../lib/exec.ts";
import type { FatPlan } from "./fat-plan.ts";
import { folderOf, nameOf, type VolumeEntry } from "./volume-entry.ts";

/** Programs that make the volume. */
export interface ConfigVolumeTools {
  /** mkfs.vfat of dosfstools. */
  mkfsVfat: string;
  /** mtools, called as `mtools -c mcopy`. */
  mtools: string;
}

/** The guest looks the volume up by this label. */
export const volumeLabel = "CONFIG";
/** Volume id, where mkfs.vfat would put the time: "CONF" in ASCII. */
const volumeId = "434f4e46";
/** Files of one call: the kernel limits the length of a command line. */
const BATCH = 200;

/** Writes a FAT image with the entries, which are sorted; `scratch` is an empty folder for files made here. */
export async function writeFatImage(entries: readonly VolumeEntry[], plan: FatPlan, tools: ConfigVolumeTools, scratch: string, target: string): Promise<void> {
  const temporary = unfinishedPath(target);
  fs.rmSync(temporary, { force: true });
  // Not for others: the document may hold a key.
  fs.writeFileSync(temporary, "", { mode: 0o600, flag: "wx" });
  fs.truncateSync(temporary, plan.bytes);
  const env = hermeticEnvironment;
  // --invariant: no clock. mtools takes its clock from SOURCE_DATE_EPOCH.
  await exec(tools.mkfsVfat, ["--invariant", "-F", String(plan.bits), "-s", String(plan.sectorsPerCluster), "-n", volumeLabel, "-i", volumeId, temporary], { env });
  const folders = entries.filter(({ kind }) => kind === "directory").map((entry) => entry.path);
  for (const some of batches(folders)) await exec(tools.mtools, ["-c", "mmd", "-i", temporary, ...some.map((folder) => `::/${folder}`)], { env });
  // The order of creation is the order in the folder; mcopy given a folder would take the host's order.
  const files = Map.groupBy(entries.filter(({ kind }) => kind === "file"), (entry) => folderOf(entry.path));
  for (const [folder, some] of [...files].flatMap(([folder, all]) => batches(all.map((entry) => onDisk(entry, scratch))).map((some) => [folder, some] as const))) {
    await exec(tools.mtools, ["-c", "mcopy", "-Q", "-i", temporary, ...some, `::/${folder}`], { env });
  }
  finish(temporary, target);
}

/** A file of the entry's name, which mcopy keeps. */
function onDisk(entry: VolumeEntry, scratch: string): string {
  if (entry.kind === "file" && "source" in entry && path.basename(entry.source) === nameOf(entry.path)) return entry.source;
  const file = path.join(scratch, entry.path);
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  if (entry.kind === "file" && "content" in entry) fs.writeFileSync(file, entry.content, { mode: 0o600 });
  else if (entry.kind === "file") fs.copyFileSync(entry.source, file);
  return file;
}

function batches<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) => items.slice(index * BATCH, (index + 1) * BATCH));
}
