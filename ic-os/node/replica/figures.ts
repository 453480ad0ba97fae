import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { healthStates, type Health } from "./health.ts";

/** What the metrics of a replica are taken from. */
export interface FigureSources {
  version: string;
  hash: string;
  health(): Health;
  height(): number;
  stateBytes(): number;
  dataBytes(): number;
}

/** Metrics that are told instead of asked. */
export interface ReplicaFigures {
  commitSeconds: Histogram;
  requests: Counter<"method" | "code">;
  cutBytes: Gauge;
}

/** Adds the metrics of a replica to a registry. */
export function replicaFigures(registry: Registry, sources: FigureSources): ReplicaFigures {
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  };
  new Gauge({ name: "replica_info", help: "1. The labels say which program this is.", labelNames: ["version", "hash", "kind"], registers }).set(
    { version: sources.version, hash: sources.hash, kind: "reference" },
    1,
  );
  new Gauge({
    name: "replica_health_status",
    help: "1 for the state that the replica is in, 0 for the others.",
    labelNames: ["state"],
    registers,
    collect() {
      const health = sources.health();
      for (const state of healthStates) this.set({ state }, state === health ? 1 : 0);
    },
  });
  gauge("replica_certified_height", "Latest certified height.", sources.height);
  gauge("replica_state_log_bytes", "Length of the state log.", sources.stateBytes);
  gauge("replica_data_bytes", "Bytes of all keys and values of the data API.", sources.dataBytes);
  return {
    commitSeconds: new Histogram({ name: "replica_commit_seconds", help: "Time until a height was on the disk.", buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3], registers }),
    requests: new Counter({ name: "replica_http_requests_total", help: "Answers of the HTTP interface.", labelNames: ["method", "code"], registers }),
    cutBytes: new Gauge({ name: "replica_state_cut_bytes", help: "Bytes of an unfinished write that the start cut from the state.", registers }),
  };
}
