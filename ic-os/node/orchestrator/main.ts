import path from "node:path";
import { configFile, readNodeConfig } from "../lib/config.ts";
import { addressFlag, milliseconds, readFlags } from "../lib/flags.ts";
import { createLog } from "../lib/log.ts";
import { runService } from "../lib/service.ts";
import { readVersion, serviceVersion, versionFile } from "../lib/version.ts";
import { defaultBackOff } from "./back-off.ts";
import { startOrchestrator } from "./orchestrator.ts";
import { bootManagerSocket } from "./upgrade/boot-manager-client.ts";
import { healthFolder } from "./upgrade/health.ts";
import { nodeId } from "./upgrade/node-id.ts";

const usage = "orchestrator.mjs [FLAGS]\n\nThe reference orchestrator. Example: node orchestrator.mjs --config ic.json5 --run-dir /tmp/run --version 1";
const flags = {
  config: { value: "FILE", describe: `configuration, also of the replica; default ${configFile}` },
  dashboard: { value: "ADDRESS", describe: "address of the status pages; default: orchestrator.dashboard" },
  metrics: { value: "ADDRESS", describe: "address of the metrics; default: orchestrator.metrics" },
  replica: { value: "FILE", describe: "the replica's program; default: replica.mjs beside this one" },
  "replica-http": { value: "ADDRESS", describe: "address of the replica's HTTP interface; default: http_handler.listen_addr" },
  "replica-metrics": { value: "ADDRESS", describe: "address of the replica's metrics; default: metrics.exporter.http" },
  "state-dir": { value: "FOLDER", describe: "folder of the state; default: state_manager.state_root" },
  "run-dir": { value: "FOLDER", describe: "folder of what is deployed: ssh-keys/, nftables-ruleset/; default /run/ic-node" },
  "boot-manager": { value: "SOCKET", describe: `where the boot manager listens; default ${bootManagerSocket}` },
  "health-dir": { value: "FOLDER", describe: `what the OS's health checks found; default ${healthFolder}` },
  version: { value: "WORD", describe: `version to report; default: content of ${versionFile}` },
  "height-interval": { value: "MS", describe: "for the replica" },
  "back-off-first": { value: "MS", describe: `wait after the first quick exit of the replica; default ${defaultBackOff.firstMilliseconds}` },
  "back-off-crash-loop": { value: "MS", describe: `wait in a crash loop; default ${defaultBackOff.crashLoopMilliseconds}` },
  "quick-exit": { value: "MS", describe: `an exit sooner than this is quick; default ${defaultBackOff.quickMilliseconds}` },
} as const;

// More than the replica gets, less than systemd's 90 s.
const stopMilliseconds = 4000;

const log = createLog("orchestrator");
await runService(log, stopMilliseconds, async () => {
  const given = readFlags(usage, flags, process.argv.slice(2));
  const file = given.config ?? configFile;
  const config = readNodeConfig(file);
  const stop = await startOrchestrator(
    {
      config,
      dashboard: addressFlag("dashboard", given.dashboard, config.orchestrator.dashboard),
      metrics: addressFlag("metrics", given.metrics, config.orchestrator.metrics),
      replica: {
        node: process.execPath,
        program: given.replica ?? path.join(path.dirname(process.argv[1] ?? "."), "replica.mjs"),
        config: file,
        version: given.version ?? serviceVersion(),
        http: addressFlag("replica-http", given["replica-http"], config.http_handler.listen_addr),
        metrics: addressFlag("replica-metrics", given["replica-metrics"], config.metrics.exporter.http),
        stateDirectory: given["state-dir"] ?? config.state_manager.state_root,
        args: given["height-interval"] === undefined ? [] : ["--height-interval", given["height-interval"]],
      },
      backOff: {
        ...defaultBackOff,
        firstMilliseconds: milliseconds("back-off-first", given["back-off-first"], defaultBackOff.firstMilliseconds),
        crashLoopMilliseconds: milliseconds("back-off-crash-loop", given["back-off-crash-loop"], defaultBackOff.crashLoopMilliseconds),
        quickMilliseconds: milliseconds("quick-exit", given["quick-exit"], defaultBackOff.quickMilliseconds),
      },
      runDirectory: given["run-dir"] ?? "/run/ic-node",
      upgrades: {
        bootManager: given["boot-manager"] ?? bootManagerSocket,
        health: given["health-dir"] ?? healthFolder,
        version: given.version ?? readVersion(versionFile),
        nodeId: nodeId(),
      },
    },
    log,
  );
  return { stop };
});
