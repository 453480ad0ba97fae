import yargs from "yargs";
import { ExitCode, Failure, failOnProblems } from "../../lib/failure.ts";
import { runMain } from "../../lib/main.ts";
import { parseInstalledFiles } from "../archive/installed-files.ts";
import { requireSize } from "../partitions/size.ts";
import { makeVfat } from "./image.ts";

await runMain("vfat_image", async () => {
  const args = await yargs(process.argv.slice(2))
    .scriptName("vfat_image")
    .usage("$0 --mkfs-vfat FILE --mtools FILE --size SIZE --label LABEL --volume-id ID --out FILE\n\nMakes a FAT image, without root and without mounting.")
    .example("$0 --mkfs-vfat mkfs.vfat --mtools mtools --size 16M --label ESP --volume-id 6d696361 --file EFI/BOOT/BOOTX64.EFI=grub.efi --out esp.img", "")
    .option("mkfs-vfat", { type: "string", demandOption: true, describe: "mkfs.vfat of dosfstools" })
    .option("mtools", { type: "string", demandOption: true, describe: "mtools" })
    .option("file", { type: "string", array: true, nargs: 1, default: [], describe: "path=source: a file to put in" })
    .option("size", { type: "string", demandOption: true, describe: "size of the file system, such as 16M" })
    .option("label", { type: "string", demandOption: true, describe: "volume label: at most 11 characters, upper case" })
    .option("volume-id", { type: "string", demandOption: true, describe: "volume serial number: 8 hexadecimal digits" })
    .option("out", { type: "string", demandOption: true, describe: "image to write" })
    .strict()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "vfat_image --help" });
    })
    .parseAsync();
  failOnProblems("vfat_image", [
    ...(/^[A-Z0-9_-]{1,11}$/.test(args.label) ? [] : [`--label: expected 1 to 11 of A-Z, 0-9, _ and -, got \`${args.label}\``]),
    ...(/^[0-9a-fA-F]{8}$/.test(args.volumeId) ? [] : [`--volume-id: expected 8 hexadecimal digits, got \`${args.volumeId}\``]),
  ], { exitCode: ExitCode.usage });
  const options = { bytes: requireSize("--size", args.size, 1024), label: args.label, volumeId: args.volumeId };
  await makeVfat({ mkfsVfat: args.mkfsVfat, mtools: args.mtools }, options, parseInstalledFiles(args.file), args.out);
});
