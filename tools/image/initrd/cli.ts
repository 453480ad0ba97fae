import { writeFileAtomic } from "../../lib/atomic.ts";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { readFlags } from "../../lib/flags.ts";
import { runMain } from "../../lib/main.ts";
import { buildInitrd } from "./initrd.ts";

await runMain("initrd", async () => {
  const flags = await readFlags({
    name: "initrd",
    usage:
      "$0 --xz xz --init init --output initrd.img --binary /usr/bin/busybox=bin/busybox --module virtio_blk --module-index index.tar a.tar\n\nWrites an initrd from package layers.",
    flags: {
      init: { type: "string", describe: "script that becomes /init" },
      output: { type: "string", describe: "initrd to write" },
      xz: { type: "string", describe: "xz program that decompresses modules" },
      binary: { type: "string", list: true, describe: "/path/in/packages=path/in/initrd; libraries it needs come along" },
      module: { type: "string", list: true, describe: "module to load at once" },
      "fallback-module": { type: "string", list: true, describe: "module to load when the root partition does not appear" },
      "module-index": { type: "string", optional: true, describe: "tar that kernel_files wrote; needed with modules" },
      level: { type: "number", default: 19, describe: "zstd level, 1 to 19" },
    },
    rest: "layers",
  });
  const wanted = { always: flags.module, fallback: flags["fallback-module"] };
  if (wanted.always.length + wanted.fallback.length > 0 && flags["module-index"] === undefined)
    throw new Failure("--module needs --module-index", { exitCode: ExitCode.usage });
  const binaries = Object.fromEntries(flags.binary.map((pair) => pair.split("=", 2) as [string, string]));
  const initrd = await buildInitrd({
    layers: [...flags._],
    moduleIndex: flags["module-index"],
    modules: wanted,
    binaries,
    init: flags.init,
    level: flags.level,
    xz: flags.xz,
  });
  writeFileAtomic(flags.output, initrd);
});
