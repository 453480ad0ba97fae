import fs from "node:fs";
import yargs from "yargs";
import { finish, unfinishedPath } from "../../lib/atomic.ts";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { runMain } from "../../lib/main.ts";
import { appendVerityTree } from "./format.ts";
import { writeVerityOutputs } from "./output.ts";

await runMain("verity_image", async () => {
  const args = await yargs(process.argv.slice(2))
    .scriptName("verity_image")
    .usage("$0 --veritysetup FILE --src FILE --uuid UUID --out FILE --params FILE --root-hash FILE\n\nAppends a dm-verity hash tree to an image.")
    .example("$0 --veritysetup veritysetup --src root.ext4 --uuid 6d69… --out root.img --params root.json --root-hash root-hash", "")
    .option("veritysetup", { type: "string", demandOption: true, describe: "veritysetup of cryptsetup" })
    .option("src", { type: "string", demandOption: true, describe: "image to protect" })
    .option("uuid", { type: "string", demandOption: true, describe: "UUID of the verity superblock; the salt follows from it" })
    .option("out", { type: "string", demandOption: true, describe: "image to write: data, then tree" })
    .option("params", { type: "string", demandOption: true, describe: "JSON file to write with all parameters" })
    .option("root-hash", { type: "string", demandOption: true, describe: "text file to write with the root hash" })
    .strict()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "verity_image --help" });
    })
    .parseAsync();
  const temporary = unfinishedPath(args.out);
  // copyFile leaves the copying to the kernel; a file system with reflinks copies nothing.
  fs.copyFileSync(args.src, temporary, fs.constants.COPYFILE_FICLONE);
  fs.chmodSync(temporary, 0o644);
  const params = await appendVerityTree(args.veritysetup, temporary, args.uuid);
  writeVerityOutputs(params, { params: args.params, rootHash: args.rootHash });
  finish(temporary, args.out);
});
