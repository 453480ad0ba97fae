import fs from "node:fs";
import { z } from "zod";
import { Failure } from "../lib/failure.ts";
import { located, vmTools } from "../vm/vm-tools.ts";

/** What the rule `vm_launch` says about its target. Paths are runfiles paths; absolute ones stay as they are. */
const description = z.strictObject({
  /** First part of the names of the target's guests: "guestos-dev" gives guestos-dev-1, guestos-dev-2 ... */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  /** The target, as typed after `bazel run`. */
  label: z.string(),
  accelerator: z.enum(["kvm", "tcg"]),
  /** The target that starts the same image without KVM. */
  noKvmLabel: z.string().optional(),
  image: z
    .strictObject({
      label: z.string(),
      /** Manifest of `disk_image`. */
      manifest: z.string(),
      /** File with the version of the image. */
      version: z.string().optional(),
    })
    .optional(),
  /** Account for SSH. */
  user: z.string(),
  memoryMiB: z.int().positive(),
  /** 0: the driver's choice for the accelerator. */
  cpus: z.int().nonnegative(),
  tools: vmTools,
});

/** A launch target. */
export type Description = z.infer<typeof description>;

/** Reads the description that the rule wrote. */
export function readDescription(file: string): Description {
  const parsed = description.safeParse(JSON.parse(fs.readFileSync(located(file), "utf8")));
  if (parsed.success) return parsed.data;
  throw new Failure(`${file}: ${z.prettifyError(parsed.error)}`);
}
