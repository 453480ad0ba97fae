import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { runfile } from "../lib/runfiles.ts";

/** Programs and files of the driver and the launchers. In the JSON that rules write these are runfiles paths; absolute ones stay as they are. */
export const vmTools = z.strictObject({
  /** qemu-system-x86_64 */
  qemuSystem: z.string(),
  /** qemu-img */
  qemuImg: z.string(),
  /** UEFI image for `-bios`. */
  firmware: z.string(),
  /** OpenSSH's ssh. */
  ssh: z.string(),
  /** OpenSSH's scp. */
  scp: z.string(),
  /** OpenSSH's ssh-keygen. */
  sshKeygen: z.string(),
  /** mkfs.vfat of dosfstools. */
  mkfsVfat: z.string(),
  /** mtools, called as `mtools -c mcopy`. */
  mtools: z.string(),
});

/** The programs, as paths of this machine. */
export type VmTools = z.infer<typeof vmTools>;

/** The tools that a rule named, as paths of this machine. */
export function locateTools(named: VmTools): VmTools {
  const tools = { ...named };
  for (const name of Object.keys(tools) as (keyof VmTools)[]) tools[name] = located(named[name]);
  return tools;
}

/** Reads what the rule `vm_tools` wrote; `file` is a runfiles path. */
export function readVmTools(file: string): VmTools {
  return locateTools(vmTools.parse(JSON.parse(fs.readFileSync(located(file), "utf8"))));
}

/** A path of this machine for a runfiles path. */
export function located(file: string): string {
  return path.isAbsolute(file) ? file : runfile(file);
}
