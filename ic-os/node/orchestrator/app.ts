import { Hono } from "hono";
import { page, type Cell } from "../lib/page.ts";
import type { NodeStatus } from "./status.ts";

/** The pages of an orchestrator: `/` for people, `/status.json` for programs. */
export function orchestratorApp(status: () => Promise<NodeStatus>): Hono {
  const app = new Hono();
  app.get("/", async (context) => context.html(dashboard(await status())));
  app.get("/status.json", async (context) => context.json(await status()));
  app.notFound((context) => context.text("this orchestrator serves / and /status.json\n", 404));
  return app;
}

function dashboard(status: NodeStatus): ReturnType<typeof page> {
  const { process, replica, registry, deployment } = status;
  const exit = process.lastExit;
  return page("Orchestrator", {
    Node: [
      ["Version", status.version],
      ["Up", seconds(status.upMilliseconds)],
      ["Addresses", status.addresses.join(", ") || undefined],
    ],
    Replica: [
      ["Process", process.state],
      ["PID", process.pid],
      ["Runs for", seconds(process.ranMilliseconds)],
      ["Restarts", process.restarts],
      ["Last exit", exit === null ? undefined : `${exit.error ?? exit.signal ?? `code ${exit.code}`}, after ${seconds(exit.ranMilliseconds)}`],
      ["Next start", process.nextStartMilliseconds === null ? undefined : `in ${seconds(process.nextStartMilliseconds)}`],
      ["Health", replica?.replica_health_status ?? "no answer"],
      ["Certified height", replica?.certified_height],
      ["Version", replica?.impl_version],
    ],
    Registry: [
      ["Version", registry.version],
      ["From", registry.source],
      ...Object.entries(registry.problems).map(([source, problem]): Cell[] => [source, problem]),
    ],
    Deployed: [
      ["Registry version", deployment.registryVersion],
      ...Object.entries(deployment.sshKeys).map(([account, count]): Cell[] => [`SSH keys of ${account}`, count]),
      ["Firewall rules of the registry", deployment.firewallRules ?? "none: the ruleset of the OS is in force"],
    ],
  });
}

function seconds(milliseconds: number | null): string | undefined {
  return milliseconds === null ? undefined : `${(milliseconds / 1000).toFixed(1)} s`;
}
