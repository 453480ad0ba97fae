import { createHash } from "node:crypto";
import fs from "node:fs";
import { Failure } from "../../../tools/lib/failure.ts";
import { formatListenAddress, type ListenAddress } from "../lib/address.ts";
import type { Log } from "../lib/log.ts";
import { createMetrics, metricsApp } from "../lib/metrics.ts";
import { notice } from "../lib/notice.ts";
import { notifyReady } from "../lib/notify.ts";
import { serve } from "../lib/server.ts";
import type { Lifecycle, Stop } from "../lib/service.ts";
import { tellHealth } from "../lib/tell-health.ts";
import { replicaApp } from "./app.ts";
import { certifyHeights } from "./certifier.ts";
import { lockDirectory } from "./directory-lock.ts";
import { replicaFigures } from "./figures.ts";
import { monitorHealth } from "./health.ts";
import { rootKey, type RootKeySources } from "./root-key.ts";
import { openState, type OpenState } from "./state.ts";

/** How a replica runs. */
export interface ReplicaOptions {
  http: ListenAddress;
  metrics: ListenAddress;
  stateDirectory: string;
  version: string;
  /** The program itself, of which the status gives the hash. */
  program: string;
  rootKey: RootKeySources;
  dataApi: boolean;
  /** Time between two heights. */
  intervalMilliseconds: number;
}

/** Starts a replica. It serves before it opens its state, so that whoever asks learns that it is starting. */
export async function startReplica(options: ReplicaOptions, log: Log, lifecycle: Lifecycle): Promise<Stop> {
  const hash = createHash("sha256").update(fs.readFileSync(options.program)).digest("hex");
  const stale = Math.max(5000, 5 * options.intervalMilliseconds);
  const tell = tellHealth(log);
  const health = monitorHealth(stale, (from, to) => {
    log.info("health", { from, to, height: store?.state.height });
    if (from === "healthy" || to === "healthy") tell(to);
  });
  let store: OpenState | undefined;
  let key: Uint8Array | undefined;

  const height = (): number => store?.state.height ?? 0;
  const registry = createMetrics();
  const figures = replicaFigures(registry, {
    version: options.version,
    hash,
    health: () => health.current,
    height,
    stateBytes: () => store?.writer.bytes ?? 0,
    dataBytes: () => store?.state.dataBytes ?? 0,
  });
  const app = replicaApp({
    status: () => ({ ...(key === undefined ? {} : { root_key: key }), impl_version: options.version, impl_hash: hash, replica_health_status: health.current, certified_height: height() }),
    store: () => store,
    stateDirectory: options.stateDirectory,
    dataApi: options.dataApi,
    answered: (method, code) => figures.requests.inc({ method, code }),
  });
  const http = await serve(app, options.http, "the replica's HTTP interface");
  const metrics = await serve(metricsApp(registry), options.metrics, "the replica's metrics");
  log.info("serving", { http: formatListenAddress(http.address), metrics: formatListenAddress(metrics.address), version: options.version, hash });
  log.info(notice);
  const ready = notifyReady("serving", log);

  makeDirectory(options.stateDirectory);
  const unlock = await lockDirectory(options.stateDirectory);
  key = await rootKey(options.stateDirectory, options.rootKey, log);
  store = await openState(options.stateDirectory, log);
  figures.cutBytes.set(store.cutBytes);
  health.opened();
  const certifier = certifyHeights({ ...store, health, log, intervalMilliseconds: options.intervalMilliseconds, committed: (seconds) => figures.commitSeconds.observe(seconds), fail: lifecycle.fail });
  const { writer } = store;
  return async () => {
    await ready;
    await Promise.all([http.close(), metrics.close(), certifier.stop()]);
    await writer.close();
    await unlock();
  };
}

function makeDirectory(directory: string): void {
  try {
    fs.mkdirSync(directory, { recursive: true, mode: 0o750 });
  } catch (error) {
    throw new Failure(`${directory}: the state folder cannot be made: ${(error as Error).message}`);
  }
}
