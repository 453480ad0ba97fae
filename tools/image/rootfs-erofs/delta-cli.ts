import { readFlags } from "../../lib/flags.ts";
import { runMain } from "../../lib/main.ts";
import { readLayers } from "../layer/read-layers.ts";
import { RootfsRecipe } from "../rootfs/recipe.ts";
import { buildRootfs } from "../rootfs/rootfs.ts";
import { writeTarFile } from "../tar/archive.ts";
import { readRecipe } from "../tar/recipe.ts";
import { treeDelta } from "./delta.ts";
import { readListing } from "./listing.ts";

await runMain("rootfs_delta", async () => {
  const flags = await readFlags({
    name: "rootfs_delta",
    usage:
      "$0 --recipe recipe.json --base-listing base-listing.json --output delta.tar\n\nMerges package layers and component files into a root file system, and writes what differs from a base.",
    flags: {
      recipe: { type: "string", describe: "JSON file with the fields of tools/image/rootfs/recipe.ts" },
      "base-listing": { type: "string", describe: "what rootfs_erofs wrote for the base" },
      output: { type: "string", describe: "tar to write, for erofs_image --base" },
    },
  });
  const recipe = readRecipe(RootfsRecipe, flags.recipe);
  const { root } = buildRootfs(recipe, readLayers(recipe.layers));
  await writeTarFile(flags.output, treeDelta(root, readListing(flags["base-listing"])));
});
