import type { CommandModule } from "yargs";
import { tarArchive } from "../archive/members.ts";
import { compressAsOne, DEFAULT_LEVEL } from "../archive/zstd.ts";
import { updateMembers } from "./members.ts";

interface Flags {
  manifest: string;
  signature: string | undefined;
  "version-file": string;
  boot: string;
  root: string;
  zstd: string;
  level: number;
  out: string;
}

/** `update_image pack`: puts an update into an archive. */
export const packCommand: CommandModule<object, Flags> = {
  command: "pack",
  describe: "Writes the update image",
  builder: {
    manifest: { type: "string", demandOption: true, describe: "description of the update" },
    signature: { type: "string", describe: "its signature; without one no system accepts the image" },
    "version-file": { type: "string", demandOption: true, describe: "text file with the version" },
    boot: { type: "string", demandOption: true, describe: "image of the boot partition" },
    root: { type: "string", demandOption: true, describe: "image of the root partition" },
    zstd: { type: "string", demandOption: true, describe: "zstd" },
    level: { type: "number", default: DEFAULT_LEVEL, describe: "compression level, 1 to 19" },
    out: { type: "string", demandOption: true, describe: "archive to write" },
  },
  handler: async ({ manifest, signature, boot, root, out, ...args }) => {
    const members = updateMembers({ manifest, signature, version: args["version-file"], boot, root });
    await compressAsOne(out, tarArchive(members), { zstd: args.zstd, level: args.level });
  },
};
