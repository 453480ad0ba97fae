import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { freeBytes } from "./disk-space.ts";
import type { Farm } from "./farm.ts";

/** What the farm tells Prometheus. Names and units: https://prometheus.io/docs/practices/naming/ */
export class Metrics {
  readonly registry = new Registry();
  readonly #seconds = new Histogram({ name: "farm_request_seconds", help: "Time to answer a request.", labelNames: ["method", "route", "status"], buckets: [0.01, 0.1, 1, 10, 100], registers: [this.registry] });
  readonly #refused = new Counter({ name: "farm_refused_total", help: "Refused requests.", labelNames: ["status"], registers: [this.registry] });

  constructor(farm: Farm) {
    collectDefaultMetrics({ register: this.registry, prefix: "farm_" });
    const gauge = (name: string, help: string, value: () => number): void => void new Gauge({ name, help, registers: [this.registry], collect() { this.set(value()); } });
    const { hostQuota } = farm.options;
    gauge("farm_groups", "Groups that live.", () => farm.groups.list().length);
    gauge("farm_groups_limit", "The most groups that may live.", () => hostQuota.groups);
    gauge("farm_vcpus_granted", "vCPUs of all VMs.", () => farm.vms.rows.granted().vCPUs);
    gauge("farm_vcpus_limit", "The most vCPUs that may be granted.", () => hostQuota.vCPUs);
    gauge("farm_memory_granted_bytes", "Memory of all VMs.", () => farm.vms.rows.granted().memoryMiB * 2 ** 20);
    gauge("farm_memory_limit_bytes", "The most memory that may be granted.", () => hostQuota.memoryMiB * 2 ** 20);
    gauge("farm_disk_free_bytes", "Free bytes of the state folder's disk.", () => freeBytes(farm.folder.root));
    gauge("farm_files", "Uploaded and fetched files.", () => farm.files.totals().files);
    gauge("farm_files_bytes", "Bytes of uploaded and fetched files.", () => farm.files.totals().bytes);
    const vms = new Gauge({
      name: "farm_vms",
      help: "VMs by state.",
      labelNames: ["state"],
      registers: [this.registry],
      collect() {
        for (const state of ["created", "starting", "running", "stopped"]) vms.set({ state }, farm.vms.rows.all().filter((vm) => vm.state === state).length);
      },
    });
  }

  /** Counts and times every request. The route, not the path: names of groups would make a series each. */
  middleware(): MiddlewareHandler {
    return async (c, next) => {
      const start = performance.now();
      await next();
      const status = String(c.res.status);
      this.#seconds.observe({ method: c.req.method, route: routePath(c, -1), status }, (performance.now() - start) / 1000);
      if (c.res.status >= 400) this.#refused.inc({ status });
    };
  }
}
