import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { runMain } from "../../lib/main.ts";
import { writeTar } from "../tar/archive.ts";
import { writeLayer } from "./write-layer.ts";

await runMain("deb_layer", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("deb_layer")
    .usage("$0 --xz /path/of/xz --output layer.tar --exclude /usr/share/man a.deb b.deb\n\nUnpacks packages into one filtered tar.")
    .option("xz", { type: "string", demandOption: true, describe: "xz program that decompresses" })
    .option("output", { type: "string", demandOption: true, describe: "tar file to write" })
    .option("exclude", { type: "string", array: true, nargs: 1, default: [], describe: "glob of absolute paths to leave out; !glob keeps" })
    .demandCommand(1)
    .strictOptions()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "deb_layer --help" });
    })
    .parseAsync();
  await writeTar(flags.output, (writer) => writeLayer(flags._.map(String), flags.exclude, flags.xz, (entry) => writer.add(entry)));
});
