import { readVmTools } from "../vm/vm-tools.ts";
import type { ConfigVolumeTools } from "./fat-image.ts";

/** Flags that say which programs write and read volumes. */
export const toolOptions = {
  "tools": { type: "string", hidden: true, describe: "file of `vm_tools` with the programs" },
  "mkfs-vfat": { type: "string", describe: "mkfs.vfat program [default: the pinned one]", group: "Programs:" },
  "mtools": { type: "string", describe: "mtools program [default: the pinned one]", group: "Programs:" },
} as const;

/** The programs: the pinned ones of the Bazel target unless flags name others. */
export function volumeTools(flags: { tools?: string | undefined; mkfsVfat?: string | undefined; mtools?: string | undefined }): ConfigVolumeTools {
  const pinned = flags.tools === undefined ? { mkfsVfat: "mkfs.vfat", mtools: "mtools" } : readVmTools(flags.tools);
  return { mkfsVfat: flags.mkfsVfat ?? pinned.mkfsVfat, mtools: flags.mtools ?? pinned.mtools };
}
