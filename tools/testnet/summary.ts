import { pasteable } from "../lib/pasteable.ts";
import { readNodeStatus } from "../status/read-status.ts";
import { isAlive } from "../vm/process-identity.ts";
import type { NodeRecord, TestnetRecord } from "./record.ts";

/** State of a node: what its status says, or why there is none. */
export interface NodeSummary {
  name: string;
  subnet: string;
  /** "healthy" and the replica's other words for its health; "ended" when its machine is gone; "unreachable" when it gives no status. */
  health: string;
  version: string | null;
  certifiedHeight: number | null;
  /** Address on the testnet's own network. */
  ipv6: string;
  api: string | null;
  ssh: string | null;
  consoleLog: string;
}

/** The one object that `create` and `status --json` print. */
export interface TestnetSummary {
  testnet: string;
  label: string;
  backend: "local";
  accelerator: string;
  image: { label: string; version: string | null };
  subnets: Record<string, string[]>;
  healthy: boolean;
  nodes: NodeSummary[];
}

/** Asks every node and sums up. */
export async function summarize(testnet: TestnetRecord): Promise<TestnetSummary> {
  const nodes = await Promise.all(testnet.nodes.map((node) => summarizeNode(testnet, node)));
  const subnets: Record<string, string[]> = {};
  for (const node of nodes) (subnets[node.subnet] ??= []).push(node.name);
  const { label, accelerator, image } = testnet;
  return { testnet: testnet.testnet, label, backend: "local", accelerator, image, subnets, healthy: nodes.every((node) => node.health === "healthy"), nodes };
}

async function summarizeNode(testnet: TestnetRecord, node: NodeRecord): Promise<NodeSummary> {
  const { name, subnet, ipv6, consoleLog } = node;
  const running = node.process !== undefined && isAlive(node.process);
  const status = running && node.api !== undefined ? await readNodeStatus(node.api).catch(() => undefined) : undefined;
  return {
    ...{ name, subnet, health: status?.health ?? (running ? "unreachable" : "ended"), version: status?.version ?? null, certifiedHeight: status?.certifiedHeight ?? null },
    ...{ ipv6, api: node.api ?? null, ssh: node.sshPort === undefined ? null : sshLine(testnet, node.sshPort), consoleLog },
  };
}

/** The line that a user pastes to log in. */
function sshLine(testnet: TestnetRecord, port: number): string {
  const options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"];
  return pasteable("ssh", ["-p", String(port), "-i", testnet.key, ...options, `${testnet.user}@127.0.0.1`]);
}

/** The summary as a table. */
export function formatSummary(summary: TestnetSummary): string {
  const rows = summary.nodes.map((node) => [node.name, node.subnet, node.health, node.version ?? "-", String(node.certifiedHeight ?? "-"), node.ipv6, node.api ?? "-"]);
  const all = [["node", "subnet", "health", "version", "height", "ipv6", "api"], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return `${all.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd()).join("\n")}\n`;
}
