import fs from "node:fs";
import path from "node:path";
import { scratchFolder } from "../lib/atomic.ts";
import { failOnProblems } from "../lib/failure.ts";
import { bootstrapTar, writeBootstrapTar } from "./bootstrap-tar.ts";
import { writeFatImage, type ConfigVolumeTools } from "./fat-image.ts";
import { fatNameProblems } from "./fat-names.ts";
import { planFat, type FatPlan } from "./fat-plan.ts";
import type { VolumeEntry } from "./volume-entry.ts";
import { volumeEntries, type ConfigVolume } from "./volume-entries.ts";

export type { ConfigVolumeTools } from "./fat-image.ts";
export type { ConfigVolume } from "./volume-entries.ts";

/** How the content lies in the volume; the guest reads both. */
export const configLayouts = ["files", "tar"] as const;
/** `files`: as they are. `tar`: in one archive, ic-bootstrap.tar, as older guests want it. */
export type ConfigLayout = (typeof configLayouts)[number];

/** What was written. */
export interface WrittenVolume {
  layout: ConfigLayout;
  fat: FatPlan;
  /** Files and folders that the guest gets, in either layout. */
  entries: readonly VolumeEntry[];
}

/** Writes the volume that the guest takes its configuration from: vfat, no root needed, the same bytes for the same content. */
export async function writeConfigVolume(volume: ConfigVolume, tools: ConfigVolumeTools, target: string, layout: ConfigLayout = "files"): Promise<WrittenVolume> {
  const entries = volumeEntries(volume);
  using scratch = scratchFolder("config", scratchParent(target, layout));
  const stored = layout === "tar" ? [await archived(entries, scratch.path)] : entries;
  failOnProblems("names", fatNameProblems(stored), { hint: "--layout tar keeps all names" });
  const fat = planFat(stored);
  await writeFatImage(stored, fat, tools, scratch.path, target);
  return { layout, fat, entries };
}

async function archived(entries: readonly VolumeEntry[], scratch: string): Promise<VolumeEntry> {
  const source = path.join(scratch, bootstrapTar);
  await writeBootstrapTar(entries, source);
  return { path: bootstrapTar, kind: "file", source, size: fs.statSync(source).size };
}

/** An archive may be gigabytes: it is made where the volume goes, not in a small /tmp. */
function scratchParent(target: string, layout: ConfigLayout): string | undefined {
  return layout === "tar" ? path.dirname(path.resolve(target)) : undefined;
}
