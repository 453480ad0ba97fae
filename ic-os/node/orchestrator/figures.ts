import { Gauge, type Registry } from "prom-client";
import type { DeploymentStatus } from "./deployment.ts";
import { supervisorStates, type SupervisorStatus } from "./supervisor.ts";

/** What the metrics of an orchestrator are taken from. */
export interface FigureSources {
  version: string;
  process(): SupervisorStatus;
  registryVersion(): number | null;
  deployment(): DeploymentStatus;
}

/** Adds the metrics of an orchestrator to a registry. */
export function orchestratorFigures(registry: Registry, sources: FigureSources): void {
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
  new Gauge({ name: "orchestrator_info", help: "1. The labels say which program this is.", labelNames: ["version", "kind"], registers }).set({ version: sources.version, kind: "reference" }, 1);
  new Gauge({
    name: "orchestrator_replica_process_state",
    help: "1 for the state that the replica's process is in, 0 for the others.",
    labelNames: ["state"],
    registers,
    collect() {
      const { state } = sources.process();
      for (const each of supervisorStates) this.set({ state: each }, each === state ? 1 : 0);
    },
  });
  gauge("orchestrator_replica_restarts", "Starts of the replica after the first.", () => sources.process().restarts);
  gauge("orchestrator_replica_quick_exits", "Exits of the replica soon after its start, in a row.", () => sources.process().quickExits);
  gauge("orchestrator_registry_version", "Version of the registry in force; -1 while there is none.", () => sources.registryVersion() ?? -1);
  gauge("orchestrator_firewall_rules", "Rules of the registry in the firewall; -1 while the ruleset of the OS is in force.", () => sources.deployment().firewallRules ?? -1);
  new Gauge({
    name: "orchestrator_ssh_keys",
    help: "SSH keys that the registry gives, by account.",
    labelNames: ["account"],
    registers,
    collect() {
      for (const [account, count] of Object.entries(sources.deployment().sshKeys)) this.set({ account }, count);
    },
  });
}
