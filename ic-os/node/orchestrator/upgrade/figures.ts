import { Gauge, type Registry } from "prom-client";
import { upgradeStates, type UpgradeStatus } from "./upgrader.ts";

/** Adds the metrics of upgrades to a registry. */
export function upgradeFigures(registry: Registry, status: () => UpgradeStatus): void {
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[], collect: (set: (labels: Partial<Record<Label, string>>, value: number) => void) => void): void => {
    new Gauge({
      ...{ name, help, labelNames: [...labelNames], registers },
      collect() {
        this.reset();
        collect((labels, value) => this.set(labels as Record<Label, string>, value));
      },
    });
  };
  gauge("orchestrator_upgrade_state", "1 for the state that the upgrade loop is in, 0 for the others.", ["state"], (set) => {
    const { state } = status();
    for (const each of upgradeStates) set({ state: each }, each === state ? 1 : 0);
  });
  gauge("orchestrator_upgrade_failures", "Failed tries by step, since the orchestrator started.", ["step"], (set) => {
    for (const [step, count] of Object.entries(status().failures)) set({ step }, count);
  });
  gauge("orchestrator_upgrade_version_info", "1. The versions that the registry wants and that are installed beside the running one.", ["wanted", "prepared"], (set) => {
    const { wanted, prepared } = status();
    set({ wanted: wanted ?? "", prepared: prepared ?? "" }, 1);
  });
  gauge("orchestrator_upgrade_download_bytes", "Bytes of the update image that are there, while one is downloaded.", [], (set) => {
    const { download } = status();
    if (download !== null) set({}, download.bytes);
  });
  gauge("orchestrator_boot_confirmed", "1 when the running slot is the one that the next start takes, 0 while it is on trial.", ["slot"], (set) => {
    const { boot } = status();
    if (boot !== null) set({ slot: boot.current }, boot.bootCycle === "stable" || boot.bootCycle === "install" ? 1 : 0);
  });
  gauge("orchestrator_last_upgrade_duration_seconds", "From the commit of the last upgrade until it was confirmed, or known to be rolled back.", ["version", "outcome"], (set) => {
    const { last } = status();
    if (last !== null) set({ version: last.version, outcome: last.outcome }, last.milliseconds / 1000);
  });
}
