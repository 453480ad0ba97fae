import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { log } from "../../lib/log.ts";
import { runMain } from "../../lib/main.ts";
import { isNotFound } from "../client/failures.ts";
import { readRemoteDescription } from "./description.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import { findGroup, noGroup } from "./find-group.ts";
import { forgetGroup, isAttended, writeGroupRecord } from "./group-record.ts";
import { farmAt } from "./group-state.ts";

await runMain("farm-extend", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("farm-extend")
    .usage("bazel run TARGET -- [flags]\n\nLets a group that was left running live for a time from now on.")
    .option("target", { type: "string", demandOption: true, hidden: true, describe: "description of the launch target" })
    .option("group", { type: "string", describe: "name of the group; default: the youngest" })
    .option("ttl", { type: "string", default: "1h", describe: "time from now on, such as 90m or 2h" })
    .strict()
    .version(false)
    .wrap(120)
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "--help" });
    })
    .parseAsync();
  const target = readRemoteDescription(flags.target);
  const seconds = parseDuration("--ttl", flags.ttl);
  const record = findGroup(target.name, flags.group);
  if (record === undefined) throw noGroup(flags.group ?? target.name);
  if (isAttended(record)) {
    const message = `${record.group}: its launcher (pid ${record.process.pid}) keeps it alive, and deletes it when it ends`;
    throw new Failure(message, { exitCode: ExitCode.usage, hint: "launch with --detach --ttl to leave a group alone" });
  }
  try {
    await farmAt(record.farm).setTtl(record.group, seconds);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    forgetGroup(record.group);
    throw new Failure(`${record.group} is gone from ${record.farm}: it was deleted, or it expired`, { exitCode: ExitCode.refused, cause: error });
  }
  // A group whose launcher was killed is in the user's hands from now on.
  writeGroupRecord({ ...record, detached: true });
  log(`${record.group} expires in ${formatDuration(seconds)} (${new Date(Date.now() + seconds * 1000).toISOString()})`);
});
