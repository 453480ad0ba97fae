import { z } from "zod";
import { sha256Hex } from "./names.ts";

const url = z.url({ protocol: /^https?$/ });

/** Where a farm gets a disk from. `image…` is a plain disk, `icOsImage…` an archive (tar, compressed or not) that holds `disk.img`. */
export const imageLocation = z.discriminatedUnion("_tag", [
  z.object({ _tag: z.literal("imageViaId"), id: sha256Hex }),
  z.object({ _tag: z.literal("imageViaUrl"), url, sha256: sha256Hex }),
  z.object({ _tag: z.literal("icOsImageViaId"), id: sha256Hex }),
  z.object({ _tag: z.literal("icOsImageViaUrl"), url, sha256: sha256Hex }),
  /** Kubernetes only: a farm refuses it. */
  z.object({ _tag: z.literal("persistentVolumeClaim"), name: z.string() }),
]);
export type ImageLocation = z.infer<typeof imageLocation>;
