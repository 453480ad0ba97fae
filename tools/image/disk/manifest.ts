import fs from "node:fs";
import * as z from "zod";
import { partitionTableSchema } from "../partitions/table.ts";
import { planDisk, type DiskPlan } from "./plan.ts";

const manifestSchema = z.strictObject({
  /** Changes when a reader of the previous form would go wrong. */
  version: z.literal(1),
  table: partitionTableSchema,
  images: z.array(
    z.strictObject({
      partition: z.string(),
      /** Runfiles path (`_main/ic-os/…/boot.img`). */
      path: z.string(),
      bytes: z.int().nonnegative(),
    }),
  ),
});

/** What a program needs to write the disk by itself: the layout, and where in its runfiles the partition images are. */
export type DiskManifest = z.infer<typeof manifestSchema>;

/** Manifest of a plan. `runfiles` maps partition names to the runfiles paths of their images. */
export function diskManifest(plan: DiskPlan, runfiles: ReadonlyMap<string, string>): DiskManifest {
  const images = plan.images.map(({ partition, bytes }) => ({ partition, path: runfiles.get(partition)!, bytes }));
  return { version: 1, table: plan.table, images };
}

/** Reads the manifest that the `disk_image` rule writes. */
export function readManifest(file: string): DiskManifest {
  return manifestSchema.parse(JSON.parse(fs.readFileSync(file, "utf8")));
}

/** The plan of a manifest; `resolve` turns a runfiles path into a path of this machine. */
export function planFromManifest(manifest: DiskManifest, resolve: (runfile: string) => string): DiskPlan {
  return planDisk(manifest.table, new Map(manifest.images.map(({ partition, path }) => [partition, resolve(path)])));
}
