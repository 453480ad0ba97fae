import yargs from "yargs";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { runMain } from "../../lib/main.ts";
import { concatenatedTars } from "../archive/concatenate.ts";
import { parseInstalledFiles } from "../archive/installed-files.ts";
import { requireSize } from "../partitions/size.ts";
import { makeExt4 } from "./image.ts";

await runMain("ext4_image", async () => {
  const args = await yargs(process.argv.slice(2))
    .scriptName("ext4_image")
    .usage("$0 --mke2fs FILE --size SIZE --uuid UUID --out FILE\n\nMakes an ext4 image, without root and without mounting.")
    .example("$0 --mke2fs mke2fs --size 64M --uuid 6d69… --file vmlinuz=/boot/vmlinuz-6.12 --out boot.img", "")
    .option("mke2fs", { type: "string", demandOption: true, describe: "mke2fs of e2fsprogs 1.47.1 or newer" })
    .option("tar", { type: "string", array: true, nargs: 1, default: [], describe: "archive with contents; a later one wins over an earlier" })
    .option("file", { type: "string", array: true, nargs: 1, default: [], describe: "path[:octal mode]=source: a file to put in; wins over the archives'" })
    .option("size", { type: "string", demandOption: true, describe: "size of the file system, such as 64M" })
    .option("label", { type: "string", default: "", describe: "volume label" })
    .option("uuid", { type: "string", demandOption: true, describe: "UUID of the file system" })
    .option("inodes", { type: "number", describe: "number of inodes; default: one for 8 KiB" })
    .option("journal", { type: "boolean", default: false, describe: "journal and metadata checksums, for a file system that the guest writes" })
    .option("out", { type: "string", demandOption: true, describe: "image to write" })
    .strict()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "ext4_image --help" });
    })
    .parseAsync();
  const files = parseInstalledFiles(args.file);
  const contents = (): Iterable<Uint8Array> => concatenatedTars(args.tar, files);
  const options = { bytes: requireSize("--size", args.size, 4096), label: args.label, uuid: args.uuid, inodes: args.inodes, journal: args.journal };
  await makeExt4(args.mke2fs, options, contents, args.out);
});
