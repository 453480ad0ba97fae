import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../lib/failure.ts";
import { runMain } from "../lib/main.ts";
import { createCommand } from "./create-command.ts";
import { destroyCommand } from "./destroy-command.ts";
import { extendCommand } from "./extend-command.ts";
import { logsCommand } from "./logs-command.ts";
import { runNetwork } from "./network-process.ts";
import { keepRemoteCommand, sshCommand } from "./ssh-command.ts";
import { statusCommand } from "./status-command.ts";
import { upgradeCommand } from "./upgrade-command.ts";

await runMain("testnet", async () => {
  const [first, folder = "", ...guests] = hideBin(process.argv);
  // The process behind a testnet's network: started by `create`, by nobody else.
  if (first === "network") return runNetwork(folder, guests);
  await yargs(keepRemoteCommand(hideBin(process.argv)))
    .scriptName("testnet")
    .usage("bazel run TARGET -- [flags]")
    .option("target", { type: "string", demandOption: true, hidden: true, describe: "description that the rule wrote" })
    .command(createCommand)
    .command(statusCommand)
    .command(sshCommand)
    .command(logsCommand)
    .command(upgradeCommand)
    .command(extendCommand)
    .command(destroyCommand)
    .demandCommand(1)
    .parserConfiguration({ "populate--": true })
    .strict()
    .version(false)
    .wrap(120)
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "--help" });
    })
    .parseAsync();
});
