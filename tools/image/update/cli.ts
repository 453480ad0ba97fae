import yargs from "yargs";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { runMain } from "../../lib/main.ts";
import { compressTo } from "../archive/zstd.ts";
import { tarArchive } from "../archive/members.ts";
import { updateMembers } from "./members.ts";

await runMain("update_image", async () => {
  const args = await yargs(process.argv.slice(2))
    .scriptName("update_image")
    .usage("$0 --boot FILE --root FILE --version-file FILE --zstd FILE --out FILE\n\nPacks what an upgrade writes to the other slot.")
    .example("$0 --boot boot.img --root root.img --version-file version.txt --zstd zstd --out update-img.tar.zst", "")
    .option("boot", { type: "string", demandOption: true, describe: "image of the boot partition" })
    .option("root", { type: "string", demandOption: true, describe: "image of the root partition" })
    .option("version-file", { type: "string", demandOption: true, describe: "text file with the version" })
    .option("zstd", { type: "string", demandOption: true, describe: "zstd" })
    .option("level", { type: "number", default: 3, describe: "compression level, 1 to 19" })
    .option("out", { type: "string", demandOption: true, describe: "archive to write" })
    .strict()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "update_image --help" });
    })
    .parseAsync();
  const members = updateMembers({ boot: args.boot, root: args.root, version: args.versionFile });
  await compressTo(args.out, tarArchive(members), { zstd: args.zstd, level: args.level });
});
