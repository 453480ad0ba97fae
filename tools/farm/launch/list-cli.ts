import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { log } from "../../lib/log.ts";
import { runMain } from "../../lib/main.ts";
import { readRemoteDescription } from "./description.ts";
import { listGroupRecords } from "./group-record.ts";
import { askFarm, askGroup, formatGroups, type ListedGroup } from "./group-state.ts";
import { whichFarm } from "./which-farm.ts";

await runMain("farm-list", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("farm-list")
    .usage("bazel run TARGET -- [flags]\n\nShows the groups that were launched from here and are still on their farm.")
    .option("target", { type: "string", demandOption: true, hidden: true, describe: "description of the launch target" })
    .option("all", { type: "boolean", describe: "every group of the farm, whoever launched it" })
    .option("farm", { type: "string", describe: "base URL of the farm, for --all" })
    .option("json", { type: "boolean", default: false, describe: "a JSON array: group, farm, state, expiresAt, vms, sshCommand, consoleUrl, user" })
    .example("bazel run --config=systest TARGET -- --all", "")
    .implies("farm", "all")
    .strict()
    .version(false)
    .wrap(120)
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "--help" });
    })
    .parseAsync();
  const target = readRemoteDescription(flags.target);
  const records = listGroupRecords();
  const found: ListedGroup[] = flags.all === true
    ? await askFarm(whichFarm(flags.farm, target.farm), records)
    : (await Promise.all(records.filter((record) => record.family === target.name).map(askGroup))).filter((group) => group !== undefined);
  if (flags.json) process.stdout.write(`${JSON.stringify(found)}\n`);
  else if (found.length === 0) log(flags.all === true ? "the farm has no groups" : `no group of ${target.name} is left`);
  else process.stdout.write(formatGroups(found));
});
