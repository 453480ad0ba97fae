import { readFlags } from "../../lib/flags.ts";
import { runMain } from "../../lib/main.ts";
import { writeTar } from "../tar/archive.ts";
import { writeLayer } from "./write-layer.ts";

await runMain("deb_layer", async () => {
  const flags = await readFlags({
    name: "deb_layer",
    usage: "$0 --xz /path/of/xz --output layer.tar --exclude /usr/share/man a.deb b.deb\n\nUnpacks packages into one filtered tar.",
    flags: {
      xz: { type: "string", describe: "xz program that decompresses" },
      output: { type: "string", describe: "tar file to write" },
      exclude: { type: "string", list: true, describe: "glob of absolute paths to leave out; !glob keeps" },
    },
    rest: "packages",
  });
  await writeTar(flags.output, (writer) => writeLayer(flags._, flags.exclude, flags.xz, (entry) => writer.add(entry)));
});
