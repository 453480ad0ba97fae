import { finish, unfinishedPath } from "../../lib/atomic.ts";
import { readFlags } from "../../lib/flags.ts";
import { runMain } from "../../lib/main.ts";
import { writeFolders } from "../archive/folders-file.ts";
import { writeErofs } from "../erofs/image.ts";
import { readLayers } from "../layer/read-layers.ts";
import { RootfsRecipe } from "../rootfs/recipe.ts";
import { buildRootfs } from "../rootfs/rootfs.ts";
import { readRecipe } from "../tar/recipe.ts";
import { tarPieces } from "../tar/write.ts";
import { listEntries, writeListing } from "./listing.ts";

await runMain("rootfs_erofs", async () => {
  const flags = await readFlags({
    name: "rootfs_erofs",
    usage:
      "$0 --recipe recipe.json --mkfs-erofs mkfs.erofs --uuid 6d69… --out root.img\n\nMerges package layers and component files into an erofs image: what rootfs and erofs_image do, without an archive of all files between them.",
    flags: {
      recipe: { type: "string", describe: "JSON file with the fields of tools/image/rootfs/recipe.ts" },
      "mkfs-erofs": { type: "string", describe: "mkfs.erofs of erofs-utils" },
      uuid: { type: "string", describe: "UUID of the file system" },
      compression: { type: "string", default: "lz4", describe: "as mkfs.erofs -z; empty for none" },
      "cluster-bytes": { type: "number", default: 65536, describe: "most bytes compressed together" },
      folders: { type: "string", describe: "JSON file to write with the folders of the image, for those who add to it" },
      listing: { type: "string", describe: "JSON file to write with what is in the image, for rootfs_delta" },
      out: { type: "string", describe: "image to write" },
    },
  });
  const recipe = readRecipe(RootfsRecipe, flags.recipe);
  const { root } = buildRootfs(recipe, readLayers(recipe.layers));
  const temporary = unfinishedPath(flags.out);
  const options = { uuid: flags.uuid, compression: flags.compression, clusterBytes: flags["cluster-bytes"] };
  await writeErofs(flags["mkfs-erofs"], options, tarPieces(root), temporary);
  const folders = root.filter(({ type }) => type === "directory").map(({ path, mode, uid, gid }) => [`${path}/`, { mode, uid, gid }] as const);
  writeFolders(flags.folders, new Map(folders));
  writeListing(flags.listing, listEntries(root));
  finish(temporary, flags.out);
});
