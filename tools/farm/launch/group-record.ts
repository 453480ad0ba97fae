import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "../../lib/atomic.ts";
import { stateFolder } from "../../launch/vm-registry.ts";
import { isAlive } from "../../vm/process-identity.ts";
import { groupName } from "../wire/names.ts";

const record = z.object({
  group: groupName,
  /** Name in the description of the launch target: what the commands about groups look for. */
  family: z.string(),
  label: z.string(),
  /** Base URL of the farm. */
  farm: z.string(),
  vm: z.string(),
  /** The launcher. While it runs it keeps the group alive, unless the group is detached. */
  process: z.object({ pid: z.int(), startTime: z.string() }),
  detached: z.boolean(),
  /** RFC 3339. */
  createdAt: z.string(),
  /** As soon as the VM has an address. */
  ipv6: z.string().nullable(),
  sshCommand: z.string().nullable(),
  consoleUrl: z.string().nullable(),
  /** URL of the node's API, null when the farm does not forward it. */
  api: z.string().nullable(),
});
/** What is written down about a group that was launched from here: group.json of its folder, beside the throw-away key. */
export type GroupRecord = z.infer<typeof record>;

/** Folder with one entry per group. */
export function groupsFolder(): string {
  return path.join(stateFolder(), "farm-groups");
}

/** Folder of a group. */
export function groupFolder(group: string, groups = groupsFolder()): string {
  return path.join(groups, group);
}

/** Writes a group down; its folder is made when it is not there. */
export function writeGroupRecord(group: GroupRecord, groups = groupsFolder()): void {
  const folder = groupFolder(group.group, groups);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileAtomic(path.join(folder, "group.json"), `${JSON.stringify(group, null, 2)}\n`, 0o600);
}

/** Removes all that is kept here about a group. */
export function forgetGroup(group: string, groups = groupsFolder()): void {
  fs.rmSync(groupFolder(group, groups), { recursive: true, force: true });
}

/** The groups launched from here, the youngest last. Records that cannot be read are left out. */
export function listGroupRecords(groups = groupsFolder()): GroupRecord[] {
  if (!fs.existsSync(groups)) return [];
  const found = fs.readdirSync(groups).flatMap((name) => {
    try {
      return [record.parse(JSON.parse(fs.readFileSync(path.join(groups, name, "group.json"), "utf8")))];
    } catch {
      return [];
    }
  });
  return found.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
}

/** True while the launcher that keeps the group alive runs. */
export function isAttended(group: GroupRecord): boolean {
  return !group.detached && isAlive(group.process);
}
