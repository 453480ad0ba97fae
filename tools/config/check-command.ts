import type { CommandModule } from "yargs";
import { failOnProblems } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { userPath } from "../lib/user-path.ts";
import { checkFile } from "./check-volume.ts";
import { toolOptions, volumeTools } from "./tool-flags.ts";

interface FileFlags {
  file: string;
  json: boolean;
  tools?: string | undefined;
  mkfsVfat?: string | undefined;
  mtools?: string | undefined;
}

/** `config check`: lists every problem of a document or a volume. */
export const checkCommand: CommandModule<object, FileFlags> = {
  command: "check <file>",
  describe: "list every problem of a config.json or a CONFIG volume; exit 4 when there is one",
  builder: (yargs) =>
    yargs
      .positional("file", { type: "string", demandOption: true, describe: "config.json or CONFIG image" })
      .option("json", { type: "boolean", default: false, describe: "print {problems, warnings} as one JSON object" })
      .options(toolOptions)
      .example("$0 check config.json", ""),
  handler: async (flags) => {
    const { problems, warnings } = await checkFile(userPath(flags.file), volumeTools(flags).mtools);
    if (flags.json) process.stdout.write(`${JSON.stringify({ problems, warnings })}\n`);
    for (const warning of warnings) log(`warning: ${flags.file}: ${warning}`);
    failOnProblems(flags.file, problems, { hint: "docs/config.md lists every field" });
    log(`${flags.file}: good`);
  },
};
