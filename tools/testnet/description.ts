import fs from "node:fs";
import { z } from "zod";
import { Failure } from "../lib/failure.ts";
import { located, vmTools } from "../vm/vm-tools.ts";

/** Name of a testnet, a subnet or a node: part of host names and paths. */
const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "expected lower-case letters, digits and hyphens, first no hyphen");

const description = z.strictObject({
  /** Name of the testnet. */
  name,
  /** Label of the rule's target, as one types it. */
  label: z.string(),
  image: z.strictObject({
    label: z.string(),
    /** Manifest of `disk_image`. */
    manifest: z.string(),
    /** File with the version of the image. */
    version: z.string().optional(),
  }),
  /** What the nodes of some subnets boot instead, by subnet. */
  images: z.record(name, z.strictObject({ label: z.string(), manifest: z.string() })).default({}),
  /** Nodes in the order of their start, with the subnet each belongs to. */
  nodes: z.array(z.strictObject({ name, subnet: name })).min(1),
  /** What the nodes can be upgraded to, by the name that `upgrade` takes. */
  updates: z.array(z.strictObject({ name: z.string(), archive: z.string(), manifest: z.string() })),
  /** Account for SSH. */
  user: z.string(),
  memoryMiB: z.int().positive(),
  /** 0: the driver's choice for the accelerator. */
  cpus: z.int().nonnegative(),
  /** What the build settings of //rules/vm say; empty where they say nothing. */
  backend: z.enum(["local", "farm"]),
  farm: z.string(),
  artifactStore: z.string(),
  tools: vmTools,
});

/** A testnet, as its rule describes it. File names are runfiles paths. */
export type Description = z.infer<typeof description>;

/** Reads the description that the rule wrote. */
export function readDescription(file: string): Description {
  const parsed = description.safeParse(JSON.parse(fs.readFileSync(located(file), "utf8")));
  if (parsed.success) return parsed.data;
  throw new Failure(`${file}: ${z.prettifyError(parsed.error)}`);
}

/** What the nodes of a subnet boot. */
export function imageOf({ image, images }: Description, subnet: string): { label: string; manifest: string } {
  return images[subnet] ?? image;
}
