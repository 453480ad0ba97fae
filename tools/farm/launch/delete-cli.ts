import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { log } from "../../lib/log.ts";
import { runMain } from "../../lib/main.ts";
import { groupName } from "../wire/names.ts";
import { readRemoteDescription } from "./description.ts";
import { findGroup, noGroup } from "./find-group.ts";
import { forgetGroup, listGroupRecords, type GroupRecord } from "./group-record.ts";
import { farmAt } from "./group-state.ts";
import { whichFarm } from "./which-farm.ts";

type Target = Pick<GroupRecord, "group" | "farm">;

await runMain("farm-delete", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("farm-delete")
    .usage("bazel run TARGET -- [flags]\n\nDeletes a group with its VMs and files. A launcher that keeps it alive ends.")
    .option("target", { type: "string", demandOption: true, hidden: true, describe: "description of the launch target" })
    .option("group", { type: "string", describe: "name of the group; default: the youngest" })
    .option("all", { type: "boolean", describe: "every group of the target that was launched from here" })
    .option("farm", { type: "string", describe: "base URL of the farm, for a group that was launched elsewhere" })
    .conflicts("all", ["group", "farm"])
    .implies("farm", "group")
    .strict()
    .version(false)
    .wrap(120)
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "--help" });
    })
    .parseAsync();
  const target = readRemoteDescription(flags.target);
  const problems: Failure[] = [];
  for (const { group, farm } of targets()) {
    try {
      await farmAt(farm).deleteGroup(group);
      forgetGroup(group);
      log(`${group} is deleted`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(error);
    }
  }
  const [first, ...others] = problems;
  for (const other of others) log(`error: ${other.message}`);
  if (first !== undefined) throw first;

  function targets(): Target[] {
    if (flags.all === true) {
      const own = listGroupRecords().filter((record) => record.family === target.name);
      if (own.length === 0) log(`no group of ${target.name} is left`);
      return own;
    }
    const known = findGroup(target.name, flags.group);
    if (known !== undefined && (flags.farm === undefined || flags.farm === known.farm)) return [known];
    if (flags.group === undefined) throw noGroup(target.name);
    if (!groupName.safeParse(flags.group).success) throw new Failure(`--group: expected the name of a group, got ${JSON.stringify(flags.group)}`, { exitCode: ExitCode.usage });
    return [{ group: flags.group, farm: whichFarm(flags.farm, target.farm) }];
  }
});
