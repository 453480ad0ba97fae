import { readFlags } from "../../lib/flags.ts";
import { runMain } from "../../lib/main.ts";
import { concatenatedTars } from "../archive/concatenate.ts";
import { parseInstalledFiles } from "../archive/installed-files.ts";
import { requireSize } from "../partitions/size.ts";
import { makeExt4 } from "./image.ts";

await runMain("ext4_image", async () => {
  const flags = await readFlags({
    name: "ext4_image",
    usage: "$0 --mke2fs mke2fs --size 64M --uuid 6d69… --file vmlinuz=/boot/vmlinuz-6.12 --out boot.img\n\nMakes an ext4 image, without root and without mounting.",
    flags: {
      mke2fs: { type: "string", describe: "mke2fs of e2fsprogs 1.47.1 or newer" },
      tar: { type: "string", list: true, describe: "archive with contents; a later one wins over an earlier" },
      file: { type: "string", list: true, describe: "path[:octal mode]=source: a file to put in; wins over the archives'" },
      size: { type: "string", describe: "size of the file system, such as 64M" },
      label: { type: "string", default: "", describe: "volume label" },
      uuid: { type: "string", describe: "UUID of the file system" },
      inodes: { type: "number", optional: true, describe: "number of inodes; default: one for 8 KiB" },
      journal: { type: "boolean", default: false, describe: "journal and metadata checksums, for a file system that the guest writes" },
      out: { type: "string", describe: "image to write" },
    },
  });
  const files = parseInstalledFiles(flags.file);
  const contents = (): Iterable<Uint8Array> => concatenatedTars(flags.tar, files);
  const { label, uuid, inodes, journal } = flags;
  await makeExt4(flags.mke2fs, { bytes: requireSize("--size", flags.size, 4096), label, uuid, inodes, journal }, contents, flags.out);
});
