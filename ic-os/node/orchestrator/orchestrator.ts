import fs from "node:fs";
import path from "node:path";
import { formatListenAddress, localUrl, type ListenAddress } from "../lib/address.ts";
import type { NodeConfig } from "../lib/config.ts";
import type { Log } from "../lib/log.ts";
import { createMetrics, metricsApp } from "../lib/metrics.ts";
import { notice } from "../lib/notice.ts";
import { notifyReady } from "../lib/notify.ts";
import { serve } from "../lib/server.ts";
import type { Stop } from "../lib/service.ts";
import { tellHealth } from "../lib/tell-health.ts";
import { orchestratorApp } from "./app.ts";
import type { BackOffPolicy } from "./back-off.ts";
import { deployTo } from "./deployment.ts";
import { orchestratorFigures } from "./figures.ts";
import { followRegistry } from "./registry-follower.ts";
import { startReplicaProcess, type ReplicaProcess } from "./replica-process.ts";
import { askReplica } from "./replica-status.ts";
import { nodeStatus } from "./status.ts";
import { supervise } from "./supervisor.ts";
import { bootManagerClient } from "./upgrade/boot-manager-client.ts";
import { upgradeFigures } from "./upgrade/figures.ts";
import { readHealth } from "./upgrade/health.ts";
import { startUpgrader, upgradeBackOff } from "./upgrade/upgrader.ts";

/** How an orchestrator runs. */
export interface OrchestratorOptions {
  config: NodeConfig;
  dashboard: ListenAddress;
  metrics: ListenAddress;
  replica: ReplicaProcess;
  backOff: BackOffPolicy;
  /** Folder of what is deployed from the registry. */
  runDirectory: string;
  upgrades: {
    /** Socket of the boot manager. */
    bootManager: string;
    /** Folder of what guestos-health finds: health.json and verdict.json. */
    health: string;
    /** Version of the image, which upgrades replace as a whole. */
    version: string;
    /** What tells this node from others. */
    nodeId: string;
  };
}

/** Longest time that the replica gets to end by itself. */
const killMilliseconds = 2500;

/** Starts an orchestrator. A port that is taken is found before the replica is started. */
export async function startOrchestrator(options: OrchestratorOptions, log: Log): Promise<Stop> {
  const { config, replica } = options;
  const { version } = replica;
  const { upgrades } = options;
  const deployment = deployTo(options.runDirectory, config.firewall, log);
  const health = (): ReturnType<typeof readHealth> => readHealth(path.join(upgrades.health, "health.json"));
  const metrics = createMetrics();
  const metricsServer = await serve(metricsApp(metrics), options.metrics, "the orchestrator's metrics");
  // What the pages show exists before the first request is read: nothing waits between here and its start.
  const dashboardServer = await serve(
    orchestratorApp(async () => {
      const reported = (await askReplica(localUrl(replica.http))) ?? null;
      return nodeStatus({ version, process: supervisor.status(), replica: reported, registry: registry.status(), deployment: deployment.status(), upgrade: upgrader.status(), health: health() });
    }),
    options.dashboard,
    "the orchestrator's dashboard",
  );
  const tell = tellHealth(log);
  const supervisor = supervise({ start: () => startReplicaProcess(replica), ended: () => tell("stopped"), policy: options.backOff, log, killMilliseconds });
  fs.mkdirSync(replica.stateDirectory, { recursive: true, mode: 0o750 });
  const upgrader = startUpgrader({
    ...{ running: upgrades.version, nodeId: upgrades.nodeId, folder: path.join(replica.stateDirectory, "upgrade"), policy: upgradeBackOff, trialMilliseconds: 2000, log },
    boot: bootManagerClient(upgrades.bootManager, path.join(upgrades.health, "verdict.json")),
  });
  const registry = followRegistry({
    sources: config.registry.sources,
    pollMilliseconds: config.registry.poll_seconds * 1000,
    copy: path.join(replica.stateDirectory, "registry.json"),
    async changed(newer) {
      upgrader.want(newer.upgrade);
      await deployment.apply(newer);
    },
    log,
  });
  orchestratorFigures(metrics, { version, process: supervisor.status, registryVersion: () => registry.status().version, deployment: deployment.status });
  upgradeFigures(metrics, upgrader.status);
  log.info("serving", { dashboard: formatListenAddress(dashboardServer.address), metrics: formatListenAddress(metricsServer.address), version });
  log.info(notice);
  const ready = notifyReady("supervising the replica", log);
  return async () => {
    await ready;
    await Promise.all([dashboardServer.close(), metricsServer.close(), registry.stop(), upgrader.stop(), supervisor.stop()]);
  };
}
