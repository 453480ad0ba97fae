import type { FarmClient } from "./farm-client.ts";

/** Seconds that a group outlives whoever keeps it alive. */
export const keepAliveTtl = 90;
/** Milliseconds between two renewals. */
const period = 30_000;

/** Renews a group's time until `signal` is aborted, which is the only way it ends well; rejects when the farm does not renew it. */
export async function keepAlive(farm: FarmClient, group: string, signal: AbortSignal): Promise<void> {
  const renewing = farm.withSignal(signal);
  try {
    for (;;) {
      await farm.clock.sleep(period, signal);
      await renewing.setTtl(group, keepAliveTtl);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
