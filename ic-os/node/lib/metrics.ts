import { Hono } from "hono";
import { collectDefaultMetrics, Registry } from "prom-client";

/** A registry with the figures of every Node process (memory, processor, event loop). */
export function createMetrics(): Registry {
  const registry = new Registry();
  // The default samples the event loop 100 times a second, which an emulated guest feels.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 1000 });
  return registry;
}

/** Serves a registry at /metrics, in Prometheus' text format. */
export function metricsApp(registry: Registry): Hono {
  const app = new Hono();
  app.get("/metrics", async (context) => context.body(await registry.metrics(), 200, { "content-type": registry.contentType }));
  return app;
}
