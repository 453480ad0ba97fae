import { readFlags } from "../../lib/flags.ts";
import { runMain } from "../../lib/main.ts";
import { readLayers } from "../layer/read-layers.ts";
import { writeTarFile } from "../tar/archive.ts";
import { readRecipe } from "../tar/recipe.ts";
import { RootfsRecipe } from "./recipe.ts";
import { buildRootfs } from "./rootfs.ts";

await runMain("rootfs", async () => {
  const flags = await readFlags({
    name: "rootfs",
    usage: "$0 --recipe recipe.json --output root.tar --var var.tar\n\nMerges package layers and component files into a root file system.",
    flags: {
      recipe: { type: "string", describe: "JSON file with the fields of tools/image/rootfs/recipe.ts" },
      output: { type: "string", describe: "tar of the read-only root to write; ends with exactly 1024 zero bytes" },
      var: { type: "string", describe: "tar of the first content of /var to write" },
    },
  });
  const recipe = readRecipe(RootfsRecipe, flags.recipe);
  const { root, var: varEntries } = buildRootfs(recipe, readLayers(recipe.layers));
  await writeTarFile(flags.output, root);
  await writeTarFile(flags.var, varEntries);
});
