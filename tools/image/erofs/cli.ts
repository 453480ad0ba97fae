import fs from "node:fs";
import { finish, unfinishedPath } from "../../lib/atomic.ts";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { readFlags } from "../../lib/flags.ts";
import { runMain } from "../../lib/main.ts";
import { concatenatedTars } from "../archive/concatenate.ts";
import { foldersOf, readFolders, writeFolders } from "../archive/folders-file.ts";
import { parseInstalledFiles } from "../archive/installed-files.ts";
import { appendVerityTree } from "../verity/format.ts";
import { writeVerityOutputs } from "../verity/output.ts";
import { writeErofs } from "./image.ts";

await runMain("erofs_image", async () => {
  const flags = await readFlags({
    name: "erofs_image",
    usage:
      "$0 --mkfs-erofs mkfs.erofs --tar root.tar --file opt/ic/share/version.txt=version.txt --uuid 6d69… --out root.img\n\nMakes a read-only erofs image of archives, and appends a dm-verity tree in the same step if told to.",
    flags: {
      "mkfs-erofs": { type: "string", describe: "mkfs.erofs of erofs-utils" },
      base: { type: "string", optional: true, describe: "image to add to; its blocks stay as they are" },
      "base-folders": { type: "string", optional: true, describe: "what --folders wrote for the base" },
      folders: { type: "string", optional: true, describe: "JSON file to write with the folders of the image, for those who add to it" },
      tar: { type: "string", list: true, describe: "archive with contents; a later one wins over an earlier" },
      file: { type: "string", list: true, describe: "path[:octal mode]=source: a file to put in; wins over the archives'" },
      uuid: { type: "string", describe: "UUID of the file system, and of the verity superblock" },
      compression: { type: "string", default: "lz4", describe: "as mkfs.erofs -z; empty for none" },
      "cluster-bytes": { type: "number", default: 65536, describe: "most bytes compressed together" },
      out: { type: "string", describe: "image to write" },
      veritysetup: { type: "string", optional: true, describe: "append a hash tree with this veritysetup; needs --params and --root-hash" },
      params: { type: "string", optional: true, describe: "JSON file to write with the verity parameters" },
      "root-hash": { type: "string", optional: true, describe: "text file to write with the root hash" },
    },
  });
  const { veritysetup, params, "root-hash": rootHash, base, "base-folders": baseFolders } = flags;
  requireTogether({ veritysetup, params, "root-hash": rootHash });
  requireTogether({ base, "base-folders": baseFolders });

  const temporary = unfinishedPath(flags.out);
  if (base !== undefined) {
    // copyFile leaves the copying to the kernel; a file system with reflinks copies nothing.
    fs.copyFileSync(base, temporary, fs.constants.COPYFILE_FICLONE);
    fs.chmodSync(temporary, 0o644);
  }
  const options = { uuid: flags.uuid, compression: flags.compression, clusterBytes: flags["cluster-bytes"], adds: base !== undefined };
  const repeated = baseFolders === undefined ? undefined : readFolders(baseFolders);
  await writeErofs(flags["mkfs-erofs"], options, concatenatedTars(flags.tar, parseInstalledFiles(flags.file), repeated), temporary);
  if (flags.folders !== undefined) writeFolders(flags.folders, foldersOf(flags.tar));
  if (veritysetup !== undefined && params !== undefined && rootHash !== undefined) {
    const tree = await appendVerityTree(veritysetup, temporary, flags.uuid);
    writeVerityOutputs(tree, { params, rootHash });
  }
  finish(temporary, flags.out);
});

function requireTogether(flags: Readonly<Record<string, string | undefined>>): void {
  const given = Object.values(flags).filter((value) => value !== undefined).length;
  if (given === 0 || given === Object.keys(flags).length) return;
  const names = Object.keys(flags).map((name) => `--${name}`);
  throw new Failure(`expected all or none of ${names.join(", ")}`, { exitCode: ExitCode.usage, hint: "erofs_image --help" });
}
