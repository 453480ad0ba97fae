import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../lib/failure.ts";
import { runMain } from "../lib/main.ts";
import { checkCommand } from "./check-command.ts";
import { showCommand } from "./show-command.ts";
import { writeCommand } from "./write-command.ts";

await runMain("config", async () => {
  await yargs(hideBin(process.argv))
    .scriptName("config")
    .usage("bazel run //tools/config:cli -- <command> [flags]\n\nCONFIG volumes: what a guest takes its configuration from. Fields: docs/config.md.")
    .command(writeCommand)
    .command(checkCommand)
    .command(showCommand)
    .strict()
    .version(false)
    .wrap(120)
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "config --help" });
    })
    .parseAsync();
});
