import type { CommandModule } from "yargs";
import { failOnProblems } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { userPath } from "../lib/user-path.ts";
import { checkFile } from "./check-volume.ts";
import { toolOptions, volumeTools } from "./tool-flags.ts";
import { understood } from "./understood.ts";

interface ShowFlags {
  file: string;
  secrets: boolean;
  tools?: string | undefined;
  mkfsVfat?: string | undefined;
  mtools?: string | undefined;
}

/** `config show`: the document as the guest acts on it. */
export const showCommand: CommandModule<object, ShowFlags> = {
  command: "show <file>",
  describe: "print the document of a config.json or a CONFIG volume with all defaults, as a guest of this version acts on it",
  builder: (yargs) =>
    yargs
      .positional("file", { type: "string", demandOption: true, describe: "config.json or CONFIG image" })
      .option("secrets", { type: "boolean", default: false, describe: "print the operator's private key too" })
      .options(toolOptions)
      .example("$0 show config.img", ""),
  handler: async (flags) => {
    const { config, problems, warnings } = await checkFile(userPath(flags.file), volumeTools(flags).mtools);
    for (const warning of warnings) log(`warning: ${flags.file}: ${warning}`);
    failOnProblems(flags.file, problems, { hint: "docs/config.md lists every field" });
    process.stdout.write(`${JSON.stringify(understood(config!, flags.secrets ? "show" : "hide"), null, 2)}\n`);
  },
};
