import type { FarmOptions } from "./options.ts";
import { Refused } from "./refused.ts";

/** Hardware that is asked for or granted. */
export interface Hardware {
  vms: number;
  vCPUs: number;
  memoryMiB: number;
}

const units = { vms: "VMs", vCPUs: "vCPUs", memoryMiB: "MiB of memory" } as const;

/** Refuses what is over the quota of the group or of the host, every excess at once. What could never fit is not to be asked again. */
export function assertQuota(asked: Hardware, group: { name: string; used: Hardware }, host: { used: Hardware }, options: Pick<FarmOptions, "groupQuota" | "hostQuota" | "hostname">): void {
  const ofGroup = excess(`group ${group.name}`, asked, group.used, options.groupQuota);
  const ofHost = excess(`host ${options.hostname}`, asked, host.used, options.hostQuota);
  const problems = [...ofGroup, ...ofHost];
  if (problems.length === 0) return;
  const hopeless = problems.some((problem) => problem.hopeless);
  throw new Refused(hopeless ? 422 : 429, problems.map((problem) => problem.text).join("; "), { hint: hopeless ? "ask for less" : "delete VMs or groups that are no longer used" });
}

function excess(who: string, asked: Hardware, used: Hardware, quota: Hardware): { text: string; hopeless: boolean }[] {
  return (["vms", "vCPUs", "memoryMiB"] as const)
    .filter((kind) => used[kind] + asked[kind] > quota[kind])
    .map((kind) => ({ text: `${who}: ${asked[kind]} more ${units[kind]} over its quota of ${quota[kind]}, ${used[kind]} in use`, hopeless: asked[kind] > quota[kind] }));
}
