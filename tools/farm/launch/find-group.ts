import { ExitCode, Failure } from "../../lib/failure.ts";
import { log } from "../../lib/log.ts";
import { groupsFolder, listGroupRecords, type GroupRecord } from "./group-record.ts";

/** The group that a command means: the named one, whichever target launched it, else the youngest of the family. Undefined when nothing is known of it. */
export function findGroup(family: string, named: string | undefined, groups = groupsFolder()): GroupRecord | undefined {
  const records = listGroupRecords(groups);
  if (named !== undefined) return records.find((record) => record.group === named);
  const own = records.filter((record) => record.family === family);
  if (own.length > 1) log(`${own.at(-1)!.group}: the youngest of ${own.map((record) => record.group).join(", ")}`);
  return own.at(-1);
}

/** The failure of a command that finds no group. */
export function noGroup(family: string): Failure {
  return new Failure(`no group of ${family} was launched from here`, { exitCode: ExitCode.host, hint: "the :farm-list target, with --all for the whole farm" });
}
