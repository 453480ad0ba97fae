import fs from "node:fs";
import yargs from "yargs";
import { writeFileAtomic } from "../../lib/atomic.ts";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { runMain } from "../../lib/main.ts";
import { readVerityParams } from "../verity/params.ts";
import { fillBootArgs } from "./boot-args.ts";
import { formatGrubenv } from "./grubenv.ts";
import { makeGrubImage } from "./image.ts";
import { parseVariables } from "./variables.ts";

const OUT = { type: "string", demandOption: true, describe: "file to write" } as const;

await runMain("grub", async () => {
  await yargs(process.argv.slice(2))
    .scriptName("grub")
    .usage("$0 COMMAND --out FILE\n\nMakes what GRUB needs to boot a slot.")
    .example("$0 grubenv --set boot_alternative=A --set boot_cycle=stable --out grubenv", "")
    .command(
      "image",
      "Makes the EFI program",
      (command) =>
        command
          .option("grub-mkimage", { type: "string", demandOption: true, describe: "grub-mkimage" })
          .option("modules", { type: "string", demandOption: true, describe: "folder of GRUB's x86_64-efi modules" })
          .option("module", { type: "string", array: true, nargs: 1, default: [], describe: "module to build in" })
          .option("prefix", { type: "string", default: "(,gpt2)/", describe: "GRUB's prefix; a leading comma means the disk GRUB was started from" })
          .option("out", OUT),
      async (args) => {
        const options = { modules: args.modules, builtIn: args.module, prefix: args.prefix };
        await makeGrubImage(args.grubMkimage, options, args.out);
      },
    )
    .command(
      "grubenv",
      "Writes an environment block",
      (command) => command.option("set", { type: "string", array: true, nargs: 1, default: [], describe: "NAME=VALUE" }).option("out", OUT),
      (args) => writeFileAtomic(args.out, formatGrubenv(parseVariables("--set", args.set))),
    )
    .command(
      "boot-args",
      "Fills a template of kernel command lines",
      (command) =>
        command
          .option("template", { type: "string", demandOption: true, describe: "template with ROOT_HASH, VERITY and EXTRA_ARGS" })
          .option("verity", { type: "string", demandOption: true, describe: "verity parameters, the JSON of verity_image" })
          .option("extra-arg", { type: "string", array: true, nargs: 1, default: [], describe: "kernel argument for EXTRA_ARGS" })
          .option("out", OUT),
      (args) => {
        const values = { verity: readVerityParams(args.verity), extraArgs: args.extraArg };
        writeFileAtomic(args.out, fillBootArgs(fs.readFileSync(args.template, "utf8"), values));
      },
    )
    .demandCommand(1)
    .strict()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "grub --help" });
    })
    .parseAsync();
});
