import fs from "node:fs";
import path from "node:path";
import { bootState, isStable } from "./boot-state.ts";
import { readGrubenv } from "./grubenv-file.ts";
import type { System } from "./system.ts";

/** Leaves the state, and how the last action ended, for node_exporter. A system without its folder has no metrics. */
export function writeMetrics(system: System, action: string, outcome: "success" | "failure"): void {
  if (!fs.existsSync(path.dirname(system.metrics))) return;
  const stable = isStable(bootState(readGrubenv(system.grubenv).variables));
  const text = [
    "# HELP guestos_boot_stable 1 when no upgrade waits for its first boot or its confirmation.",
    "# TYPE guestos_boot_stable gauge",
    `guestos_boot_stable ${stable ? 1 : 0}`,
    "# HELP guestos_boot_action Time at which the last action of manageboot ended, in seconds since 1970.",
    "# TYPE guestos_boot_action gauge",
    `guestos_boot_action{action="${action}",outcome="${outcome}"} ${Math.floor(Date.now() / 1000)}`,
    "",
  ].join("\n");
  fs.writeFileSync(`${system.metrics}.new`, text, { mode: 0o644 });
  fs.renameSync(`${system.metrics}.new`, system.metrics);
}
