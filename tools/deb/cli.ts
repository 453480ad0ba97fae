import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { writeFileAtomic } from "../lib/atomic.ts";
import { ExitCode, Failure } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { runMain } from "../lib/main.ts";
import { formatLock, readLock } from "./lock_file.ts";
import { lock } from "./lock.ts";
import { changes, sizes } from "./summary.ts";

await runMain("deb", async () => {
  await yargs(hideBin(process.argv))
    .scriptName("deb")
    .command(
      "lock",
      "Resolve a source definition and write its lock",
      (command) =>
        command
          .option("definition", { type: "string", demandOption: true, describe: "Source definition (packages.json)" })
          .option("output", { type: "string", describe: "Lock to write; default: packages.lock.json beside the definition" })
          .option("check", { type: "boolean", default: false, describe: "Write nothing; exit 4 when the lock is not what the sources give now" })
          .option("mirror", { type: "string", array: true, nargs: 1, default: [], describe: "Mirror: URL that ends in /<archive>, or <archive>=URL; default: the mirrors of the host's apt" })
          .option("keyring", { type: "string", describe: "OpenPGP keyring; default: the definition's, else /usr/share/keyrings/<distribution>-archive-keyring.gpg" })
          .option("allow-unsigned", { type: "boolean", default: false, describe: "Take sources whose signature is missing or unknown" })
          .option("allow-expired", { type: "boolean", default: false, describe: "Take sources whose Valid-Until has passed" })
          .option("apt-programs", { type: "string", default: "", describe: "Folder of apt-get and apt-cache; default: found in PATH" })
          .example("$0 lock --definition packages.json", "write packages.lock.json")
          .example("$0 lock --definition packages.json --check", "report drift only"),
      async (flags) => {
        const definition = inWorkspace(flags.definition);
        const output = flags.output === undefined ? path.join(path.dirname(definition), "packages.lock.json") : inWorkspace(flags.output);
        const before = readLock(output);
        const after = await lock(definition, {
          mirrors: flags.mirror,
          keyring: flags.keyring === undefined ? undefined : inWorkspace(flags.keyring),
          allowUnsigned: flags.allowUnsigned,
          allowExpired: flags.allowExpired,
          programs: flags.aptPrograms,
          programSettings: "",
        });
        const difference = changes(before, after);
        for (const line of difference) log(line);
        log(`${sizes(after)}; ${difference.length === 0 ? "up to date" : `${difference.length} changes`}`);
        if (flags.check && difference.length > 0) throw new Failure(`${output} is not what the sources give now`, { exitCode: ExitCode.input, hint: "the same command without --check" });
        if (!flags.check && difference.length > 0) writeFileAtomic(output, formatLock(after));
      },
    )
    .demandCommand(1)
    .strict()
    .wrap(120)
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "deb lock --help" });
    })
    .parseAsync();
});

/** `bazel run` starts programs elsewhere and names the source tree; paths are relative to it. */
function inWorkspace(file: string): string {
  return path.resolve(process.env["BUILD_WORKSPACE_DIRECTORY"] ?? process.cwd(), file);
}
