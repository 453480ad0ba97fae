import os from "node:os";
import { notice } from "../lib/notice.ts";
import type { DeploymentStatus } from "./deployment.ts";
import type { RegistryStatus } from "./registry-follower.ts";
import type { ReportedStatus } from "./replica-status.ts";
import type { SupervisorStatus } from "./supervisor.ts";
import type { HealthReport } from "./upgrade/health.ts";
import type { UpgradeStatus } from "./upgrade/upgrader.ts";

/** What `GET /status.json` says. Durations are milliseconds. */
export interface NodeStatus {
  kind: "reference node";
  runsConsensus: false;
  notice: string;
  version: string;
  upMilliseconds: number;
  addresses: string[];
  process: SupervisorStatus;
  /** What the replica itself reports; null while it does not answer. */
  replica: ReportedStatus | null;
  registry: RegistryStatus;
  deployment: DeploymentStatus;
  upgrade: UpgradeStatus;
  /** What the health checks of the OS found last; null before their first run. */
  health: HealthReport | null;
}

/** The status of a node, from its parts. */
export function nodeStatus(parts: Pick<NodeStatus, "version" | "process" | "replica" | "registry" | "deployment" | "upgrade" | "health">): NodeStatus {
  return { kind: "reference node", runsConsensus: false, notice, upMilliseconds: Math.round(process.uptime() * 1000), addresses: addresses(), ...parts };
}

function addresses(): string[] {
  return Object.values(os.networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((entry) => !entry.internal && !entry.address.startsWith("fe80:"))
    .map((entry) => entry.address)
    .sort();
}
