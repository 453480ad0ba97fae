import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { runMain } from "../../lib/main.ts";
import { writeTarFile } from "./archive.ts";
import { FileTarRecipe, fileTarEntries } from "./file-tar.ts";
import { readRecipe } from "./recipe.ts";

await runMain("file_tar", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("file_tar")
    .usage("$0 --recipe recipe.json --output files.tar\n\nWrites a small deterministic tar from files, links and folders.")
    .option("recipe", {
      type: "string",
      demandOption: true,
      describe: "JSON file: {label, files: [{label, source, spec}], symlinks, directories, parents}",
    })
    .option("output", { type: "string", demandOption: true, describe: "tar file to write" })
    .strict()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "file_tar --help" });
    })
    .parseAsync();
  await writeTarFile(flags.output, fileTarEntries(readRecipe(FileTarRecipe, flags.recipe)));
});
