import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { writeFileAtomic } from "../../lib/atomic.ts";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { runMain } from "../../lib/main.ts";
import { buildInitrd } from "./initrd.ts";

await runMain("initrd", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("initrd")
    .usage(
      "$0 --xz xz --init init --output initrd.img --binary /usr/bin/busybox=bin/busybox --module virtio_blk --module-index index.tar a.tar\n\nWrites an initrd from package layers.",
    )
    .option("init", { type: "string", demandOption: true, describe: "script that becomes /init" })
    .option("output", { type: "string", demandOption: true, describe: "initrd to write" })
    .option("xz", { type: "string", demandOption: true, describe: "xz program that decompresses modules" })
    .option("binary", {
      type: "string",
      array: true,
      nargs: 1,
      default: [],
      describe: "/path/in/packages=path/in/initrd; libraries it needs come along",
    })
    .option("module", { type: "string", array: true, nargs: 1, default: [], describe: "module to load at once" })
    .option("fallback-module", {
      type: "string",
      array: true,
      nargs: 1,
      default: [],
      describe: "module to load when the root partition does not appear",
    })
    .option("module-index", { type: "string", describe: "tar that kernel_files wrote; needed with modules" })
    .option("level", { type: "number", default: 19, describe: "zstd level, 1 to 19" })
    .demandCommand(1)
    .strictOptions()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "initrd --help" });
    })
    .parseAsync();
  const wanted = { always: flags.module, fallback: flags["fallback-module"] };
  if (wanted.always.length + wanted.fallback.length > 0 && flags["module-index"] === undefined)
    throw new Failure("--module needs --module-index", { exitCode: ExitCode.usage });
  const binaries = Object.fromEntries(flags.binary.map((pair) => pair.split("=", 2) as [string, string]));
  const initrd = await buildInitrd({
    layers: flags._.map(String),
    moduleIndex: flags["module-index"],
    modules: wanted,
    binaries,
    init: flags.init,
    level: flags.level,
    xz: flags.xz,
  });
  writeFileAtomic(flags.output, initrd);
});
