import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { runMain } from "../../lib/main.ts";
import { readLayers } from "../layer/read-layers.ts";
import { writeTarFile } from "../tar/archive.ts";
import { readRecipe } from "../tar/recipe.ts";
import { RootfsRecipe } from "./recipe.ts";
import { buildRootfs } from "./rootfs.ts";

await runMain("rootfs", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("rootfs")
    .usage("$0 --recipe recipe.json --output root.tar --var var.tar\n\nMerges package layers and component files into a root file system.")
    .option("recipe", { type: "string", demandOption: true, describe: "JSON file with the fields of tools/image/rootfs/recipe.ts" })
    .option("output", {
      type: "string",
      demandOption: true,
      describe: "tar of the read-only root to write; ends with exactly 1024 zero bytes",
    })
    .option("var", { type: "string", demandOption: true, describe: "tar of the first content of /var to write" })
    .strict()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "rootfs --help" });
    })
    .parseAsync();
  const recipe = readRecipe(RootfsRecipe, flags.recipe);
  const { root, var: varEntries } = buildRootfs(recipe, readLayers(recipe.layers));
  await writeTarFile(flags.output, root);
  await writeTarFile(flags.var, varEntries);
});
