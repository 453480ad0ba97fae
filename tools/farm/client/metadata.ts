import type { GroupMetadata } from "../wire/group.ts";

/** Who makes a group and why, from the environment: HOSTUSER (else USER) and CI_JOB_NAME. */
export function groupMetadata(testName: string, environment: NodeJS.ProcessEnv = process.env): GroupMetadata {
  // An empty variable is as good as none.
  const { HOSTUSER, USER, CI_JOB_NAME } = environment;
  return { user: HOSTUSER || USER || "unknown", jobSchedule: CI_JOB_NAME || "manual", testName };
}
