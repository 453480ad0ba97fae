import yargs from "yargs";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { runMain } from "../../lib/main.ts";
import { manifestCommand } from "./manifest-command.ts";
import { packCommand } from "./pack-command.ts";
import { signCommand } from "./sign-command.ts";

await runMain("update_image", async () => {
  await yargs(process.argv.slice(2))
    .scriptName("update_image")
    .usage("$0 COMMAND\n\nMakes what an upgrade writes to the other slot: describes it, signs the description, packs it.")
    .example("$0 sign --manifest manifest.json --key key.pem --out manifest.json.sig", "")
    .command(manifestCommand)
    .command(signCommand)
    .command(packCommand)
    .demandCommand(1)
    .strict()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "update_image --help" });
    })
    .parseAsync();
});
