import { waitFor } from "../vm/wait-for.ts";
import { HealthWatch } from "./health-watch.ts";
import type { NodeStatus } from "./node-status.ts";

/** Waits until the node behind `api` is healthy and its certified height grows, by asking. For a guest of this driver see waitForHealthyNode. */
export async function waitForHealthy(api: string, seconds: number, signal?: AbortSignal): Promise<NodeStatus> {
  const watch = new HealthWatch(api);
  return waitFor(`${api}: a healthy node`, () => watch.look(), { seconds, everyMs: 250, lastSeen: () => watch.seen, ...(signal === undefined ? {} : { signal }) });
}
