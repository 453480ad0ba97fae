import { ExitCode, failOnProblems } from "../../lib/failure.ts";
import { readFlags } from "../../lib/flags.ts";
import { runMain } from "../../lib/main.ts";
import { parseInstalledFiles } from "../archive/installed-files.ts";
import { requireSize } from "../partitions/size.ts";
import { makeVfat } from "./image.ts";

await runMain("vfat_image", async () => {
  const flags = await readFlags({
    name: "vfat_image",
    usage:
      "$0 --mkfs-vfat mkfs.vfat --mtools mtools --size 16M --label ESP --volume-id 6d696361 --file EFI/BOOT/BOOTX64.EFI=grub.efi --out esp.img\n\nMakes a FAT image, without root and without mounting.",
    flags: {
      "mkfs-vfat": { type: "string", describe: "mkfs.vfat of dosfstools" },
      mtools: { type: "string", describe: "mtools" },
      file: { type: "string", list: true, describe: "path=source: a file to put in" },
      size: { type: "string", describe: "size of the file system, such as 16M" },
      label: { type: "string", describe: "volume label: at most 11 characters, upper case" },
      "volume-id": { type: "string", describe: "volume serial number: 8 hexadecimal digits" },
      out: { type: "string", describe: "image to write" },
    },
  });
  const { label, "volume-id": volumeId } = flags;
  failOnProblems("vfat_image", [
    ...(/^[A-Z0-9_-]{1,11}$/.test(label) ? [] : [`--label: expected 1 to 11 of A-Z, 0-9, _ and -, got \`${label}\``]),
    ...(/^[0-9a-fA-F]{8}$/.test(volumeId) ? [] : [`--volume-id: expected 8 hexadecimal digits, got \`${volumeId}\``]),
  ], { exitCode: ExitCode.usage });
  const tools = { mkfsVfat: flags["mkfs-vfat"], mtools: flags.mtools };
  await makeVfat(tools, { bytes: requireSize("--size", flags.size, 1024), label, volumeId }, parseInstalledFiles(flags.file), flags.out);
});
