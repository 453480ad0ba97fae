import fs from "node:fs";
import { z } from "zod";
import { Failure } from "../../lib/failure.ts";
import { located, vmTools } from "../../vm/vm-tools.ts";

/** Programs of this machine that a remote launch needs, as in tools/vm/vm-tools.ts. */
export const remoteTools = vmTools.pick({ ssh: true, scp: true, sshKeygen: true, mkfsVfat: true, mtools: true });
export type RemoteTools = z.infer<typeof remoteTools>;

/** What the rule `remote_vm_launch` says about its target. Paths are runfiles paths; absolute ones stay as they are. */
const description = z.strictObject({
  /** Name of the VM, and first part of the names of its groups: "guestos-dev" gives guestos-dev--1700000000000. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  /** The target, as typed after `bazel run`. */
  label: z.string(),
  /** The targets for what is left running. */
  siblings: z.strictObject({ list: z.string(), extend: z.string(), delete: z.string() }),
  image: z.strictObject({
    label: z.string(),
    /** A tar with disk.img in it. */
    archive: z.string(),
    /** File with the version of the image. */
    version: z.string().optional(),
  }),
  /** Account for SSH. */
  user: z.string(),
  memoryMiB: z.int().positive(),
  cpus: z.int().positive(),
  /** What the build settings say; empty where they say nothing. */
  farm: z.string(),
  artifactStore: z.string(),
  tools: remoteTools,
});

/** A remote launch target. */
export type RemoteDescription = z.infer<typeof description>;

/** Reads the description that the rule wrote. */
export function readRemoteDescription(file: string): RemoteDescription {
  const parsed = description.safeParse(JSON.parse(fs.readFileSync(located(file), "utf8")));
  if (parsed.success) return parsed.data;
  throw new Failure(`${file}: ${z.prettifyError(parsed.error)}`);
}

/** The tools that a rule named, as paths of this machine. */
export function locateRemoteTools(named: RemoteTools): RemoteTools {
  return remoteTools.parse(Object.fromEntries(Object.entries(named).map(([name, file]) => [name, located(file)])));
}
