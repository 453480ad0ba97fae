import yargs from "yargs";
import { finish, unfinishedPath, writeFileAtomic } from "../../lib/atomic.ts";
import { hermeticEnvironment } from "../../lib/epoch.ts";
import { exec } from "../../lib/exec.ts";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { log } from "../../lib/log.ts";
import { runMain } from "../../lib/main.ts";
import { tarArchive } from "../archive/members.ts";
import { compressTo } from "../archive/zstd.ts";
import { readPartitionTable } from "../partitions/table.ts";
import { diskDigest } from "./digest.ts";
import { parseImageFlags } from "./image-flags.ts";
import { diskManifest } from "./manifest.ts";
import { diskSegments, planDisk, type DiskPlan } from "./plan.ts";
import { writeSparse } from "./write.ts";

const TABLE = { type: "string", demandOption: true, describe: "partition table, the JSON of partition_table" } as const;
const IMAGE = { type: "string", array: true, nargs: 1, default: [], describe: "PARTITION=FILE: what fills a partition; others stay empty" } as const;
const OUT = { type: "string", demandOption: true, describe: "file to write" } as const;

await runMain("disk_image", async () => {
  await yargs(process.argv.slice(2))
    .scriptName("disk_image")
    .usage("$0 COMMAND --table FILE --image PARTITION=FILE... --out FILE\n\nJoins partition images to a disk with a GPT.")
    .example("$0 raw --table table.json --image A_boot=boot.img --out disk.img", "a sparse file")
    .example("$0 archive --zstd zstd --table table.json --image A_boot=boot.img --out disk-img.tar.zst", "the same, compressed")
    .command(
      "manifest",
      "Checks that each image fits and writes what a launcher needs",
      (command) =>
        command
          .options({ table: TABLE, image: IMAGE, out: OUT })
          .option("runfile", { type: "string", array: true, nargs: 1, default: [], describe: "PARTITION=PATH: runfiles path of an image" }),
      (args) => {
        const plan = planOf(args);
        for (const notice of plan.notices) log(`disk_image: ${notice}`);
        const manifest = diskManifest(plan, parseImageFlags("--runfile", args.runfile));
        writeFileAtomic(args.out, `${JSON.stringify(manifest, null, 2)}\n`);
      },
    )
    .command(
      "raw",
      "Writes a sparse disk",
      (command) =>
        command
          .options({ table: TABLE, image: IMAGE, out: OUT })
          .option("setfattr", { type: "string", describe: "setfattr of attr: note a digest of the content beside the file" })
          .option("digest-attribute", { type: "string", default: "user.icos.digest", describe: "extended attribute that takes the digest (32 bytes)" }),
      async (args) => {
        const plan = planOf(args);
        const temporary = unfinishedPath(args.out);
        const segments = diskSegments(plan);
        writeSparse(temporary, plan.table.diskBytes, segments);
        if (args.setfattr !== undefined) await noteDigest(args.setfattr, args.digestAttribute, diskDigest(plan.table.diskBytes, segments), temporary);
        finish(temporary, args.out);
      },
    )
    .command(
      "archive",
      "Writes disk.img as the sparse member of a compressed tar; no 50 GiB file is made on the way",
      (command) =>
        command
          .options({ table: TABLE, image: IMAGE, out: OUT })
          .option("zstd", { type: "string", demandOption: true, describe: "zstd" })
          .option("level", { type: "number", default: 3, describe: "compression level, 1 to 19" }),
      async (args) => {
        const plan = planOf(args);
        const disk = { name: "disk.img", bytes: plan.table.diskBytes, segments: diskSegments(plan) };
        await compressTo(args.out, tarArchive([disk]), { zstd: args.zstd, level: args.level });
      },
    )
    .demandCommand(1)
    .strict()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "disk_image --help" });
    })
    .parseAsync();
});

/** Leaves the digest beside the file. A file system without extended attributes only makes the next reader hash the whole disk. */
async function noteDigest(setfattr: string, attribute: string, digest: string, file: string): Promise<void> {
  try {
    await exec(setfattr, ["--name", attribute, "--value", `0x${digest}`, file], { env: hermeticEnvironment });
  } catch (error) {
    if (!(error instanceof Failure) || !error.message.includes("Operation not supported")) throw error;
    log(`disk_image: ${file}: no extended attributes here; the disk will be hashed as a whole`);
  }
}

function planOf(args: { table: string; image: readonly string[] }): DiskPlan {
  return planDisk(readPartitionTable(args.table), parseImageFlags("--image", args.image));
}
