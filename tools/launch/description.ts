import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { Failure } from "../lib/failure.ts";
import { runfile } from "../lib/runfiles.ts";
import type { VmTools } from "../vm/vm-tools.ts";

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
  cpus: z.int().positive(),
  tools: z.strictObject({
    qemuSystem: z.string(),
    qemuImg: z.string(),
    firmware: z.string(),
    ssh: z.string(),
    scp: z.string(),
    sshKeygen: z.string(),
    mkfsVfat: z.string(),
    mtools: z.string(),
  }),
});

/** A launch target. */
export type Description = z.infer<typeof description>;

/** Programs that a launch uses. */
export interface LaunchTools extends VmTools {
  qemuImg: string;
  mkfsVfat: string;
  mtools: string;
}

/** Reads the description that the rule wrote. */
export function readDescription(file: string): Description {
  const parsed = description.safeParse(JSON.parse(fs.readFileSync(located(file), "utf8")));
  if (parsed.success) return parsed.data;
  throw new Failure(`${file}: ${z.prettifyError(parsed.error)}`);
}

/** The tools as paths of this machine. */
export function launchTools(target: Description): LaunchTools {
  const { qemuSystem, qemuImg, firmware, ssh, scp, sshKeygen, mkfsVfat, mtools } = target.tools;
  return {
    ...{ qemuSystem: located(qemuSystem), qemuImg: located(qemuImg), firmware: located(firmware), ssh: located(ssh), scp: located(scp) },
    ...{ sshKeygen: located(sshKeygen), mkfsVfat: located(mkfsVfat), mtools: located(mtools) },
  };
}

/** A path of this machine for a runfiles path. */
export function located(file: string): string {
  return path.isAbsolute(file) ? file : runfile(file);
}
