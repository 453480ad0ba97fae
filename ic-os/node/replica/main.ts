import { configFile, readNodeConfig } from "../lib/config.ts";
import { addressFlag, milliseconds, readFlags } from "../lib/flags.ts";
import { createLog } from "../lib/log.ts";
import { runService } from "../lib/service.ts";
import { serviceVersion, versionFile } from "../lib/version.ts";
import { startReplica } from "./replica.ts";

const usage = "replica.mjs [FLAGS]\n\nThe reference replica. Example: node replica.mjs --config ic.json5 --state-dir /tmp/state --http 127.0.0.1:0 --version 1";
const flags = {
  config: { value: "FILE", describe: `configuration; default ${configFile}` },
  http: { value: "ADDRESS", describe: "address of the HTTP interface, such as [::]:8080; port 0 for any; default: http_handler.listen_addr" },
  metrics: { value: "ADDRESS", describe: "address of the metrics; default: metrics.exporter.http" },
  "state-dir": { value: "FOLDER", describe: "folder of the state; default: state_manager.state_root" },
  version: { value: "WORD", describe: `version to report; default: content of ${versionFile}` },
  "height-interval": { value: "MS", describe: "time between two heights in milliseconds; default 1000" },
  "exit-with-parent": { describe: "end when standard input is closed" },
} as const;

const log = createLog("replica");
// Within the 2 s that the orchestrator and an operator count on.
const stopMilliseconds = 1800;

await runService(log, stopMilliseconds, async (lifecycle) => {
  const given = readFlags(usage, flags, process.argv.slice(2));
  const config = readNodeConfig(given.config ?? configFile);
  const stop = await startReplica(
    {
      http: addressFlag("http", given.http, config.http_handler.listen_addr),
      metrics: addressFlag("metrics", given.metrics, config.metrics.exporter.http),
      stateDirectory: given["state-dir"] ?? config.state_manager.state_root,
      version: given.version ?? serviceVersion(),
      program: process.argv[1] ?? "",
      rootKey: { configured: config.nns_public_key, file: config.nns_public_key_file },
      dataApi: config.data_api,
      intervalMilliseconds: milliseconds("height-interval", given["height-interval"], 1000),
    },
    log,
    lifecycle,
  );
  return { stop, withParent: given["exit-with-parent"] !== undefined };
});
