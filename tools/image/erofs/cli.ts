import yargs from "yargs";
import { finish, unfinishedPath } from "../../lib/atomic.ts";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { runMain } from "../../lib/main.ts";
import { concatenatedTars } from "../archive/concatenate.ts";
import { parseInstalledFiles } from "../archive/installed-files.ts";
import { appendVerityTree } from "../verity/format.ts";
import { writeVerityOutputs } from "../verity/output.ts";
import { writeErofs } from "./image.ts";

await runMain("erofs_image", async () => {
  const args = await yargs(process.argv.slice(2))
    .scriptName("erofs_image")
    .usage("$0 --mkfs-erofs FILE --tar FILE... --uuid UUID --out FILE\n\nMakes a read-only erofs image of archives, and appends a dm-verity tree in the same step if told to.")
    .example("$0 --mkfs-erofs mkfs.erofs --tar root.tar --file opt/ic/share/version.txt=version.txt --uuid 6d69… --out root.img", "")
    .option("mkfs-erofs", { type: "string", demandOption: true, describe: "mkfs.erofs of erofs-utils" })
    .option("tar", { type: "string", array: true, nargs: 1, default: [], describe: "archive with contents; a later one wins over an earlier" })
    .option("file", { type: "string", array: true, nargs: 1, default: [], describe: "path[:octal mode]=source: a file to put in; wins over the archives'" })
    .option("uuid", { type: "string", demandOption: true, describe: "UUID of the file system, and of the verity superblock" })
    .option("compression", { type: "string", default: "lz4", describe: "as mkfs.erofs -z; empty for none" })
    .option("cluster-bytes", { type: "number", default: 65536, describe: "most bytes compressed together" })
    .option("out", { type: "string", demandOption: true, describe: "image to write" })
    .option("veritysetup", { type: "string", implies: ["params", "root-hash"], describe: "append a hash tree with this veritysetup" })
    .option("params", { type: "string", implies: "veritysetup", describe: "JSON file to write with the verity parameters" })
    .option("root-hash", { type: "string", implies: "veritysetup", describe: "text file to write with the root hash" })
    .strict()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "erofs_image --help" });
    })
    .parseAsync();
  const temporary = unfinishedPath(args.out);
  const options = { uuid: args.uuid, compression: args.compression, clusterBytes: args.clusterBytes };
  await writeErofs(args.mkfsErofs, options, concatenatedTars(args.tar, parseInstalledFiles(args.file)), temporary);
  if (args.veritysetup !== undefined && args.params !== undefined && args.rootHash !== undefined) {
    const params = await appendVerityTree(args.veritysetup, temporary, args.uuid);
    writeVerityOutputs(params, { params: args.params, rootHash: args.rootHash });
  }
  finish(temporary, args.out);
});
