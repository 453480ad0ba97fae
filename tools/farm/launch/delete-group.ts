import { log } from "../../lib/log.ts";
import type { FarmClient } from "../client/farm-client.ts";
import { forgetGroup, type GroupRecord } from "./group-record.ts";

/** What may be left on a farm, and the command that removes it. */
export function leftBehind(record: Pick<GroupRecord, "group" | "farm">, deleteLabel: string): string {
  return `group ${record.group} may be left on ${record.farm}; remove it with: bazel run ${deleteLabel} -- --group ${record.group}`;
}

/** Deletes a group and forgets it. When that fails, says what is left and how to remove it, and keeps the record; true when nothing is left. */
export async function deleteOrSay(farm: FarmClient, record: GroupRecord, deleteLabel: string): Promise<boolean> {
  log(`deleting group ${record.group}`);
  try {
    await farm.deleteGroup(record.group);
  } catch (error) {
    log(`error: ${error instanceof Error ? error.message : String(error)}`);
    log(leftBehind(record, deleteLabel));
    return false;
  }
  forgetGroup(record.group);
  log(`group ${record.group} is deleted`);
  return true;
}
