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
  const { process, replica, registry, deployment, upgrade, health } = status;
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
    Upgrade: [
      ["State", upgrade.state],
      ["Wanted", upgrade.wanted],
      ["Prepared", upgrade.prepared],
      ["Slot", upgrade.boot === null ? undefined : `${upgrade.boot.current}, ${upgrade.boot.bootCycle}`],
      ["Downloaded", upgrade.download === null ? undefined : `${upgrade.download.bytes} of ${upgrade.download.total ?? "?"} bytes`],
      ["Problem", upgrade.problem ?? undefined],
      ["Next try", upgrade.nextTryMilliseconds === null ? undefined : `in ${seconds(upgrade.nextTryMilliseconds)}`],
      ["Last upgrade", upgrade.last === null ? undefined : `${upgrade.last.version}: ${upgrade.last.outcome}${upgrade.last.reason === null ? "" : `, ${upgrade.last.reason}`}`],
    ],
    "Health of the system": (health?.checks ?? []).map((check): Cell[] => [check.name, check.outcome, check.message]),
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
