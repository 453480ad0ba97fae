import { writeFileAtomic } from "../../lib/atomic.ts";
import { readFlags } from "../../lib/flags.ts";
import { runMain } from "../../lib/main.ts";
import { readLayers } from "../layer/read-layers.ts";
import { archiveOrder, writeTarFile } from "../tar/archive.ts";
import { moduleIndex } from "./depmod.ts";
import { findKernel } from "./find-kernel.ts";

await runMain("kernel_files", async () => {
  const flags = await readFlags({
    name: "kernel_files",
    usage:
      "$0 --depmod /path/of/depmod --xz /path/of/xz --vmlinuz vmlinuz --modules index.tar a.tar b.tar\n\nTakes the kernel out of package layers and indexes its modules.",
    flags: {
      depmod: { type: "string", describe: "depmod program of kmod" },
      xz: { type: "string", describe: "xz program that decompresses modules" },
      keep: { type: "string", list: true, describe: "module name, or glob below the modules folder, to keep with all it needs; default: all" },
      vmlinuz: { type: "string", describe: "kernel image to write" },
      modules: { type: "string", describe: "tar of the module index to write" },
    },
    rest: "layers",
  });
  const kernel = findKernel(readLayers(flags._));
  await writeTarFile(flags.modules, archiveOrder(await moduleIndex(kernel, flags.keep, { depmod: flags.depmod, xz: flags.xz })));
  writeFileAtomic(flags.vmlinuz, kernel.vmlinuz);
});
