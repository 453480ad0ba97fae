import { FarmFailure } from "../farm/client/failures.ts";
import { pasteable } from "../lib/pasteable.ts";
import { readNodeStatus } from "../status/read-status.ts";
import { isAlive } from "../vm/process-identity.ts";
import { farmClient } from "./farm-client.ts";
import { sshAddress, type NodeRecord, type TestnetRecord } from "./record.ts";

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
  backend: TestnetRecord["backend"];
  /** Null on a farm, which does not say. */
  accelerator: string | null;
  /** Of a testnet on a farm: its URL, the group of the nodes, and when it ends. */
  farm?: { url: string; group: string; expiresAt: string | null };
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
  const { label, backend, accelerator, image, farm } = testnet;
  return { testnet: testnet.testnet, label, backend, accelerator, ...(farm === undefined ? {} : { farm }), image, subnets, healthy: nodes.every((node) => node.health === "healthy"), nodes };
}

async function summarizeNode(testnet: TestnetRecord, node: NodeRecord): Promise<NodeSummary> {
  const { name, subnet, ipv6, consoleLog } = node;
  const running = await isRunning(testnet, node);
  const status = running && node.api !== undefined ? await readNodeStatus(node.api).catch(() => undefined) : undefined;
  return {
    ...{ name, subnet, health: status?.health ?? (running ? "unreachable" : "ended"), version: status?.version ?? null, certifiedHeight: status?.certifiedHeight ?? null },
    ...{ ipv6, api: node.api ?? null, ssh: node.sshPort === undefined ? null : sshLine(testnet, node), consoleLog },
  };
}

/** Whether the node's machine runs. A farm that does not tell is taken at its best: the node's own status says more. */
async function isRunning({ farm }: TestnetRecord, node: NodeRecord): Promise<boolean> {
  if (farm === undefined) return node.process !== undefined && isAlive(node.process);
  const client = farmClient(farm.url);
  try {
    return (await client.vm(farm.group, node.name)).state === "running";
  } catch (error) {
    if (!(error instanceof FarmFailure)) throw error;
    return error.kind !== "notFound" || (await client.group(farm.group).then(() => true, () => false));
  }
}

/** The line that a user pastes to log in. */
function sshLine(testnet: TestnetRecord, node: NodeRecord): string {
  const { host = "127.0.0.1", port } = sshAddress(node);
  const options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"];
  return pasteable("ssh", ["-p", String(port), "-i", testnet.key, ...options, `${testnet.user}@${host}`]);
}

/** The summary as a table. */
export function formatSummary(summary: TestnetSummary): string {
  const rows = summary.nodes.map((node) => [node.name, node.subnet, node.health, node.version ?? "-", String(node.certifiedHeight ?? "-"), node.ipv6, node.api ?? "-"]);
  const all = [["node", "subnet", "health", "version", "height", "ipv6", "api"], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return `${all.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd()).join("\n")}\n`;
}
