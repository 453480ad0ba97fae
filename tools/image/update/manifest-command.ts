import fs from "node:fs";
import type { CommandModule } from "yargs";
import { writeFileAtomic } from "../../lib/atomic.ts";
import { Failure } from "../../lib/failure.ts";
import { readPartitionTable } from "../partitions/table.ts";
import { readVerityParams } from "../verity/params.ts";
import { describeUpdate } from "./describe.ts";
import { formatManifest } from "./manifest.ts";

interface Flags {
  boot: string;
  root: string;
  verity: string;
  table: string;
  "boot-partition": string[];
  "root-partition": string[];
  "version-file": string;
  "generation-file": string | undefined;
  out: string;
}

/** `update_image manifest`: describes an update. */
export const manifestCommand: CommandModule<object, Flags> = {
  command: "manifest",
  describe: "Writes manifest.json: sizes and sums of the images, and the disk that they fit on",
  builder: {
    boot: { type: "string", demandOption: true, describe: "image of the boot partition" },
    root: { type: "string", demandOption: true, describe: "image of the root partition, with its dm-verity tree" },
    verity: { type: "string", demandOption: true, describe: "verity parameters of the root, the JSON of verity_image" },
    table: { type: "string", demandOption: true, describe: "the partition table that the update is for, the JSON of partition_table" },
    "boot-partition": { type: "string", array: true, nargs: 1, default: [], describe: "partition that the boot image must fit in" },
    "root-partition": { type: "string", array: true, nargs: 1, default: [], describe: "partition that the root image must fit in" },
    "version-file": { type: "string", demandOption: true, describe: "text file with the version" },
    "generation-file": { type: "string", describe: "text file with a whole number; 0 without it" },
    out: { type: "string", demandOption: true, describe: "manifest to write" },
  },
  handler: async (args) => {
    const manifest = await describeUpdate({
      ...{ boot: args.boot, root: args.root, verity: readVerityParams(args.verity), table: readPartitionTable(args.table) },
      slots: { boot: args["boot-partition"], root: args["root-partition"] },
      version: fs.readFileSync(args["version-file"], "utf8").trim(),
      generation: args["generation-file"] === undefined ? 0 : readGeneration(args["generation-file"]),
    });
    writeFileAtomic(args.out, formatManifest(manifest));
  },
};

function readGeneration(file: string): number {
  const text = fs.readFileSync(file, "utf8").trim();
  if (!/^\d{1,9}$/.test(text)) throw new Failure(`${file}: expected a whole number, got \`${text}\``);
  return Number(text);
}
