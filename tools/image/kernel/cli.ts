import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { writeFileAtomic } from "../../lib/atomic.ts";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { runMain } from "../../lib/main.ts";
import { readLayers } from "../layer/read-layers.ts";
import { archiveOrder, writeTarFile } from "../tar/archive.ts";
import { moduleIndex } from "./depmod.ts";
import { findKernel } from "./find-kernel.ts";

await runMain("kernel_files", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("kernel_files")
    .usage(
      "$0 --depmod /path/of/depmod --xz /path/of/xz --vmlinuz vmlinuz --modules index.tar a.tar b.tar\n\nTakes the kernel out of package layers and indexes its modules.",
    )
    .option("depmod", { type: "string", demandOption: true, describe: "depmod program of kmod" })
    .option("xz", { type: "string", demandOption: true, describe: "xz program that decompresses modules" })
    .option("keep", {
      type: "string",
      array: true,
      nargs: 1,
      default: [],
      describe: "module name, or glob below the modules folder, to keep with all it needs; default: all",
    })
    .option("vmlinuz", { type: "string", demandOption: true, describe: "kernel image to write" })
    .option("modules", { type: "string", demandOption: true, describe: "tar of the module index to write" })
    .demandCommand(1)
    .strictOptions()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "kernel_files --help" });
    })
    .parseAsync();
  const kernel = findKernel(readLayers(flags._.map(String)));
  await writeTarFile(flags.modules, archiveOrder(await moduleIndex(kernel, flags.keep, { depmod: flags.depmod, xz: flags.xz })));
  writeFileAtomic(flags.vmlinuz, kernel.vmlinuz);
});
