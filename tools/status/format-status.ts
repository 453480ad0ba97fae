import type { NodeStatus } from "./node-status.ts";

/** A status for people: aligned lines. */
export function formatStatus(name: string, status: NodeStatus): string {
  const rows: [string, string][] = [
    ["node", name],
    ["health", status.health],
    ["height", status.certifiedHeight === null ? "not said" : String(status.certifiedHeight)],
    ["version", status.version ?? "not said"],
    ["program", status.implHash === null ? "not said" : `sha256 ${status.implHash}`],
    ["root key", status.rootKey === null ? "not known" : `${status.rootKey.slice(0, 32)}… (${status.rootKey.length / 2} bytes)`],
  ];
  return rows.map(([title, value]) => `${title.padEnd(9)}${value}\n`).join("");
}
