import type { Guest } from "../vm/guest.ts";
import { HealthWatch } from "./health-watch.ts";
import type { NodeStatus } from "./node-status.ts";

/** Time between two questions to a guest that says nothing of its node, in milliseconds. Each costs an emulated guest some of its boot. */
const QUESTIONS_MS = 500;

/**
 * Waits until the node in a guest is healthy, and gives its status. `api` is its HTTP interface as seen from here, such as `http://127.0.0.1:8080`.
 *
 * A guest that tells its host of itself (rules/vm/README.md, "Facts without a login") is believed: it is not asked while it starts, nor while it says
 * that its node is not healthy, and its word is the moment to read the status. One that says nothing, or nothing of a node, is asked again and again.
 * A guest that ends ends the wait.
 */
export async function waitForHealthyNode(guest: Pick<Guest, "name" | "units" | "waitForFact">, api: string, seconds: number): Promise<NodeStatus> {
  const watch = new HealthWatch(api);
  const { units } = guest;
  let nextQuestion = 0;
  const look = async (): Promise<NodeStatus | undefined> => {
    if (units.nodeHealth === "healthy") return watch.confirm();
    const listening = units.nodeHealth !== undefined || (units.bootId !== undefined && units.startupFinished === undefined);
    if (listening || performance.now() < nextQuestion) return undefined;
    nextQuestion = performance.now() + QUESTIONS_MS;
    return watch.look();
  };
  const lastSeen = (): string => `${said(guest)}; ${watch.seen}`;
  return guest.waitForFact(`${api}: a healthy node`, look, { seconds, everyMs: 100, lastSeen });
}

function said({ units }: Pick<Guest, "units">): string {
  if (units.nodeHealth !== undefined) return `the guest said of its node: ${units.nodeHealth}`;
  if (units.bootId === undefined) return "the guest said nothing";
  return `the guest ${units.startupFinished === undefined ? "is starting" : "has started"}, and said nothing of a node`;
}
