import { log } from "../../lib/log.ts";
import { FarmClient } from "../client/farm-client.ts";
import { isNotFound } from "../client/failures.ts";
import { formatDuration } from "./duration.ts";
import { forgetGroup, isAttended, type GroupRecord } from "./group-record.ts";
import { farmToken } from "./which-farm.ts";

/** A group as `farm-list` shows it. */
export interface ListedGroup {
  group: string;
  farm: string;
  /** `attended`: its launcher keeps it alive. `detached`: left to run. `orphaned`: its launcher was killed, it expires. `foreign`: not launched from here. `unknown`: the farm does not answer. */
  state: "attended" | "detached" | "orphaned" | "foreign" | "unknown";
  /** RFC 3339; null when the farm does not answer. */
  expiresAt: string | null;
  vms: string[];
  sshCommand: string | null;
  consoleUrl: string | null;
  user: string | null;
}

/** A client for a farm that was used before. */
export function farmAt(url: string): FarmClient {
  return new FarmClient({ url, token: farmToken(), log });
}

/** What a farm says about a group that was launched from here; undefined, and forgotten here, when it is gone. */
export async function askGroup(record: GroupRecord): Promise<ListedGroup | undefined> {
  const known = { group: record.group, farm: record.farm, vms: [record.vm], sshCommand: record.sshCommand, consoleUrl: record.consoleUrl, user: null };
  try {
    const { expiresAt } = await farmAt(record.farm).group(record.group);
    return { ...known, state: isAttended(record) ? "attended" : record.detached ? "detached" : "orphaned", expiresAt };
  } catch (error) {
    if (isNotFound(error)) {
      if (!isAttended(record)) forgetGroup(record.group);
      return undefined;
    }
    log(`warning: ${error instanceof Error ? error.message : String(error)}`);
    return { ...known, state: "unknown", expiresAt: null };
  }
}

/** All groups of a farm that lists them. */
export async function askFarm(url: string, records: readonly GroupRecord[]): Promise<ListedGroup[]> {
  const groups = await farmAt(url).groups();
  return groups.map(({ name, expiresAt, vms = [], spec }) => {
    const record = records.find((one) => one.group === name);
    const state = record === undefined ? "foreign" : isAttended(record) ? "attended" : record.detached ? "detached" : "orphaned";
    const user = spec?.metadata?.user ?? null;
    return { group: name, farm: url, state, expiresAt, vms: vms.map((vm) => vm.name), sshCommand: record?.sshCommand ?? null, consoleUrl: record?.consoleUrl ?? null, user };
  });
}

/** Groups for people: a paragraph each. */
export function formatGroups(groups: readonly ListedGroup[], now = Date.now()): string {
  return groups
    .map((one) => {
      const left = one.expiresAt === null ? "" : `, ${formatDuration((Date.parse(one.expiresAt) - now) / 1000)} left`;
      const lines = [`${one.group}  ${one.state}${one.user === null ? "" : ` by ${one.user}`}${left}`, `  farm     ${one.farm}`];
      if (one.vms.length > 0) lines.push(`  vms      ${one.vms.join(", ")}`);
      if (one.sshCommand !== null) lines.push(`  ssh      ${one.sshCommand}`);
      if (one.consoleUrl !== null) lines.push(`  console  ${one.consoleUrl}`);
      return `${lines.join("\n")}\n`;
    })
    .join("");
}
