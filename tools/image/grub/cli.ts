import fs from "node:fs";
import { writeFileAtomic } from "../../lib/atomic.ts";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { readFlags, type Flag } from "../../lib/flags.ts";
import { runMain } from "../../lib/main.ts";
import { readVerityParams } from "../verity/params.ts";
import { fillBootArgs } from "./boot-args.ts";
import { formatGrubenv } from "./grubenv.ts";
import { makeGrubImage } from "./image.ts";
import { parseVariables } from "./variables.ts";

const out = { type: "string", describe: "file to write" } as const satisfies Flag;

const commands: Readonly<Record<string, (argv: string[]) => Promise<void>>> = {
  async image(argv) {
    const flags = await readFlags({
      name: "grub image",
      usage: "$0 --grub-mkimage FILE --modules FOLDER --module part_gpt --out grub.efi\n\nMakes the EFI program.",
      flags: {
        "grub-mkimage": { type: "string", describe: "grub-mkimage" },
        modules: { type: "string", describe: "folder of GRUB's x86_64-efi modules" },
        module: { type: "string", list: true, describe: "module to build in" },
        prefix: { type: "string", default: "(,gpt2)/", describe: "GRUB's prefix; a leading comma means the disk GRUB was started from" },
        out,
      },
    }, argv);
    await makeGrubImage(flags["grub-mkimage"], { modules: flags.modules, builtIn: flags.module, prefix: flags.prefix }, flags.out);
  },
  async grubenv(argv) {
    const flags = await readFlags({
      name: "grub grubenv",
      usage: "$0 --set boot_alternative=A --set boot_cycle=stable --out grubenv\n\nWrites an environment block.",
      flags: { set: { type: "string", list: true, describe: "NAME=VALUE" }, out },
    }, argv);
    writeFileAtomic(flags.out, formatGrubenv(parseVariables("--set", flags.set)));
  },
  async "boot-args"(argv) {
    const flags = await readFlags({
      name: "grub boot-args",
      usage: "$0 --template boot_args.template --verity root.json --extra-arg quiet --out boot_args\n\nFills a template of kernel command lines.",
      flags: {
        template: { type: "string", describe: "template with ROOT_HASH, VERITY and EXTRA_ARGS" },
        verity: { type: "string", describe: "verity parameters, the JSON of verity_image" },
        "extra-arg": { type: "string", list: true, describe: "kernel argument for EXTRA_ARGS" },
        out,
      },
    }, argv);
    const values = { verity: readVerityParams(flags.verity), extraArgs: flags["extra-arg"] };
    writeFileAtomic(flags.out, fillBootArgs(fs.readFileSync(flags.template, "utf8"), values));
  },
};

await runMain("grub", async () => {
  const [name = "", ...argv] = process.argv.slice(2);
  const command = commands[name];
  if (command === undefined) {
    throw new Failure(`expected a command: ${Object.keys(commands).join(", ")}; got \`${name}\``, { exitCode: ExitCode.usage, hint: "grub boot-args --help" });
  }
  await command(argv);
});
