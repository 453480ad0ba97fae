import fs from "node:fs";
import { finish, unfinishedPath } from "../../lib/atomic.ts";
import { readFlags } from "../../lib/flags.ts";
import { runMain } from "../../lib/main.ts";
import { appendVerityTree } from "./format.ts";
import { writeVerityOutputs } from "./output.ts";

await runMain("verity_image", async () => {
  const flags = await readFlags({
    name: "verity_image",
    usage:
      "$0 --veritysetup veritysetup --src root.ext4 --uuid 6d69… --out root.img --params root.json --root-hash root-hash\n\nAppends a dm-verity hash tree to an image.",
    flags: {
      veritysetup: { type: "string", describe: "veritysetup of cryptsetup" },
      src: { type: "string", describe: "image to protect" },
      uuid: { type: "string", describe: "UUID of the verity superblock; the salt follows from it" },
      out: { type: "string", describe: "image to write: data, then tree" },
      params: { type: "string", describe: "JSON file to write with all parameters" },
      "root-hash": { type: "string", describe: "text file to write with the root hash" },
    },
  });
  const temporary = unfinishedPath(flags.out);
  // copyFile leaves the copying to the kernel; a file system with reflinks copies nothing.
  fs.copyFileSync(flags.src, temporary, fs.constants.COPYFILE_FICLONE);
  fs.chmodSync(temporary, 0o644);
  const params = await appendVerityTree(flags.veritysetup, temporary, flags.uuid);
  writeVerityOutputs(params, { params: flags.params, rootHash: flags["root-hash"] });
  finish(temporary, flags.out);
});
