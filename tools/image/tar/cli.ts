import { readFlags } from "../../lib/flags.ts";
import { runMain } from "../../lib/main.ts";
import { writeTarFile } from "./archive.ts";
import { FileTarRecipe, fileTarEntries } from "./file-tar.ts";
import { readRecipe } from "./recipe.ts";

await runMain("file_tar", async () => {
  const flags = await readFlags({
    name: "file_tar",
    usage: "$0 --recipe recipe.json --output files.tar\n\nWrites a small deterministic tar from files, links and folders.",
    flags: {
      recipe: { type: "string", describe: "JSON file: {label, files: [{label, source, spec}], symlinks, directories, parents}" },
      output: { type: "string", describe: "tar file to write" },
    },
  });
  await writeTarFile(flags.output, fileTarEntries(readRecipe(FileTarRecipe, flags.recipe)));
});
