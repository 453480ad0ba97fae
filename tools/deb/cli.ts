import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../lib/failure.ts";
import { runMain } from "../lib/main.ts";
import { lockCommand } from "./lock_command.ts";
import { verifyCommand } from "./verify_command.ts";

await runMain("deb", async () => {
  await yargs(hideBin(process.argv))
    .scriptName("deb")
    .version(false)
    .command(lockCommand)
    .command(verifyCommand)
    .demandCommand(1)
    .strict()
    .wrap(120)
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "deb --help" });
    })
    .parseAsync();
});
