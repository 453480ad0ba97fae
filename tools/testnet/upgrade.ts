import { z } from "zod";
import { ExitCode, Failure } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { readNodeStatus } from "../status/read-status.ts";
import { waitForHealthy } from "../status/wait-for-healthy.ts";
import type { VmTools } from "../vm/vm-tools.ts";
import { waitFor } from "../vm/wait-for.ts";
import type { NodeRecord, TestnetRecord } from "./record.ts";
import { RunningNode } from "./running-node.ts";

/** An update image on this machine. */
export interface Update {
  archive: string;
  /** The version it brings. */
  version: string;
}

/** What of `manageboot guestos status --json` counts here. */
const bootStatus = z.object({ current: z.string(), stable: z.boolean(), slots: z.record(z.string(), z.object({ version: z.string().nullable() })) });

/** Deadlines of one node, in seconds. */
export interface Patience {
  /** For each of: install, restart, healthy. */
  step: number;
  /** For the node to confirm its upgrade itself. */
  confirm: number;
}

/** How one node's upgrade went. */
export interface NodeUpgrade {
  node: string;
  result: "upgraded" | "had it already";
  /** From the commit to a healthy node. */
  downSeconds?: number;
}

/**
 * Upgrades node after node, in the order of the testnet. The first one that is not healthy before or after its upgrade ends it: those that follow keep
 * their version, and the failure says which have the new one.
 */
export async function upgradeTestnet(testnet: TestnetRecord, update: Update, tools: VmTools, patience: Patience): Promise<NodeUpgrade[]> {
  const done: NodeUpgrade[] = [];
  for (const node of testnet.nodes) {
    const guest = new RunningNode(testnet, node, tools);
    try {
      done.push(await upgradeNode(guest, node, update, patience));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const left = testnet.nodes.slice(done.length).map((one) => one.name).join(", ");
      throw new Failure(`upgrade to ${update.version} stopped at ${node.name}: ${error.message}\n  upgraded: ${done.map((one) => one.node).join(", ") || "none"}\n  not: ${left}`, { exitCode: error.exitCode, hint: `:logs ${node.name}, then the same command again` });
    } finally {
      await guest.disconnect();
    }
  }
  return done;
}

async function upgradeNode(guest: RunningNode, node: NodeRecord, update: Update, patience: Patience): Promise<NodeUpgrade> {
  const { step: seconds } = patience;
  await requireHealthy(node);
  const before = await status(guest);
  if (before.stable && runningVersion(before) === update.version) {
    log(`${node.name} runs ${update.version} already`);
    return { node: node.name, result: "had it already" };
  }
  log(`${node.name}: installing ${update.version}`);
  await guest.succeed(`/opt/ic/bin/manageboot guestos upgrade-install - --version '${update.version}'`, { stdinFile: update.archive, seconds });
  const boot = await guest.bootId();
  const start = performance.now();
  await guest.succeed(`/opt/ic/bin/manageboot guestos upgrade-commit --version '${update.version}'`);
  await guest.waitForNextBoot(boot, seconds);
  const after = await status(guest);
  if (runningVersion(after) !== update.version) throw new Failure(`it came back with ${String(runningVersion(after))}`, { exitCode: ExitCode.guest });
  await waitForHealthy(node.api!, seconds);
  const downSeconds = Math.round((performance.now() - start) / 100) / 10;
  await waitForStable(guest, patience.confirm);
  log(`${node.name} is healthy with ${update.version}, ${downSeconds} s after the commit`);
  return { node: node.name, result: "upgraded", downSeconds };
}

async function requireHealthy(node: NodeRecord): Promise<void> {
  const { health } = await readNodeStatus(node.api ?? "");
  if (health !== "healthy") throw new Failure(`it is ${health} before its upgrade`, { exitCode: ExitCode.guest });
}

/** The node confirms its own upgrade when its health checks pass. One that nobody confirms is confirmed from here: it is healthy. */
async function waitForStable(guest: RunningNode, seconds: number): Promise<void> {
  const look = async (): Promise<true | undefined> => ((await status(guest)).stable ? true : undefined);
  try {
    await waitFor("confirmed", look, { seconds, everyMs: 500 });
  } catch {
    await guest.succeed("/opt/ic/bin/manageboot guestos confirm");
  }
}

async function status(guest: RunningNode): Promise<z.infer<typeof bootStatus>> {
  return bootStatus.parse(JSON.parse(await guest.succeed("/opt/ic/bin/manageboot guestos status --json")));
}

function runningVersion(boot: z.infer<typeof bootStatus>): string | null {
  return boot.slots[boot.current]?.version ?? null;
}
