import { finish, unfinishedPath, writeFileAtomic } from "../../lib/atomic.ts";
import { hermeticEnvironment } from "../../lib/epoch.ts";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { readFlags, type Flag } from "../../lib/flags.ts";
import { log } from "../../lib/log.ts";
import { runMain } from "../../lib/main.ts";
import { runProgram } from "../../lib/run-program.ts";
import { parseFrames, REUSE_FLAG } from "../archive/frames.ts";
import { DEFAULT_LEVEL } from "../archive/zstd.ts";
import { readPartitionTable } from "../partitions/table.ts";
import { writeDiskArchive } from "./archive.ts";
import { diskDigest } from "./digest.ts";
import { parseImageFlags } from "./image-flags.ts";
import { diskManifest } from "./manifest.ts";
import { diskSegments, planDisk, type DiskPlan } from "./plan.ts";
import { writeSparse } from "./write.ts";

const DISK = {
  table: { type: "string", describe: "partition table, the JSON of partition_table" },
  image: { type: "string", list: true, describe: "PARTITION=FILE: what fills a partition; others stay empty" },
  out: { type: "string", describe: "file to write" },
} as const satisfies Record<string, Flag>;

const commands: Readonly<Record<string, (argv: string[]) => Promise<void>>> = {
  async manifest(argv) {
    const flags = await readFlags({
      name: "disk_image manifest",
      usage: "$0 --table table.json --image A_boot=boot.img --out disk.json\n\nChecks that each image fits and writes what a launcher needs.",
      flags: { ...DISK, runfile: { type: "string", list: true, describe: "PARTITION=PATH: runfiles path of an image" } },
    }, argv);
    const plan = planOf(flags);
    for (const notice of plan.notices) log(`disk_image: ${notice}`);
    const manifest = diskManifest(plan, parseImageFlags("--runfile", flags.runfile));
    writeFileAtomic(flags.out, `${JSON.stringify(manifest, null, 2)}\n`);
  },
  async raw(argv) {
    const flags = await readFlags({
      name: "disk_image raw",
      usage: "$0 --table table.json --image A_boot=boot.img --out disk.img\n\nWrites a sparse disk with a GPT.",
      flags: {
        ...DISK,
        setfattr: { type: "string", optional: true, describe: "setfattr of attr: note a digest of the content beside the file" },
        "digest-attribute": { type: "string", default: "user.icos.digest", describe: "extended attribute that takes the digest (32 bytes)" },
      },
    }, argv);
    const plan = planOf(flags);
    const temporary = unfinishedPath(flags.out);
    const segments = diskSegments(plan);
    writeSparse(temporary, plan.table.diskBytes, segments);
    if (flags.setfattr !== undefined) await noteDigest(flags.setfattr, flags["digest-attribute"], diskDigest(plan.table.diskBytes, segments), temporary);
    finish(temporary, flags.out);
  },
  async archive(argv) {
    const flags = await readFlags({
      name: "disk_image archive",
      usage:
        "$0 --table table.json --image A_boot=boot.img --out disk-img.tar.zst\n\nWrites disk.img as the sparse member of a compressed tar; no 50 GiB file is made on the way.",
      flags: {
        ...DISK,
        level: { type: "number", default: DEFAULT_LEVEL, describe: "compression level, 1 to 19" },
        reuse: REUSE_FLAG,
      },
    }, argv);
    await writeDiskArchive(planOf(flags), flags.out, flags.level, parseFrames(flags.reuse));
  },
};

await runMain("disk_image", async () => {
  const [name = "", ...argv] = process.argv.slice(2);
  const command = commands[name];
  if (command === undefined) {
    throw new Failure(`expected a command: ${Object.keys(commands).join(", ")}; got \`${name}\``, { exitCode: ExitCode.usage, hint: "disk_image raw --help" });
  }
  await command(argv);
});

/** Leaves the digest beside the file. A file system without extended attributes only makes the next reader hash the whole disk. */
async function noteDigest(setfattr: string, attribute: string, digest: string, file: string): Promise<void> {
  try {
    await runProgram(setfattr, ["--name", attribute, "--value", `0x${digest}`, file], { env: hermeticEnvironment });
  } catch (error) {
    if (!(error instanceof Failure) || !error.message.includes("Operation not supported")) throw error;
    log(`disk_image: ${file}: no extended attributes here; the disk will be hashed as a whole`);
  }
}

function planOf(flags: { table: string; image: readonly string[] }): DiskPlan {
  return planDisk(readPartitionTable(flags.table), parseImageFlags("--image", flags.image));
}
