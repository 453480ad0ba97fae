import type { CommandModule } from "yargs";
import { ExitCode } from "../lib/failure.ts";
import { readDescription } from "./description.ts";
import { findTestnet } from "./record.ts";
import { formatSummary, summarize } from "./summary.ts";

/** `status`: asks every node. */
export const statusCommand: CommandModule<object, { target: string; json: boolean }> = {
  command: "status",
  describe: "Shows the state of every node. Exit code 5 when one is not healthy.",
  builder: (yargs) =>
    yargs
      .option("target", { type: "string", demandOption: true, hidden: true })
      .option("json", { type: "boolean", default: false, describe: "the JSON object that :create printed, as of now" })
      .example("bazel run TARGET -- --json", "for scripts"),
  handler: async ({ target, json }) => {
    const summary = await summarize(findTestnet(readDescription(target).name));
    process.stdout.write(json ? `${JSON.stringify(summary)}\n` : formatSummary(summary));
    if (!summary.healthy) process.exitCode = ExitCode.guest;
  },
};
