import { randomBytes } from "node:crypto";
import { waitFor } from "../../tools/vm/wait-for.ts";
import type { FarmUnderTest } from "./farm-under-test.ts";

/** Makes so many groups with a VM that runs, `atOnce` at a time, and lets each end by itself. Gives the most processes seen at once. */
export async function churn(farm: FarmUnderTest, groups: number, atOnce: number, seconds: number): Promise<number> {
  let most = 0;
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < groups) {
      const group = `churn-${next++}`;
      await farm.vm(group, "v", randomBytes(10_000), {}, seconds);
      await farm.must("PUT", `group/${group}/vm/v/start`);
      most = Math.max(most, farm.processes().length);
      await waitFor(`${group} ends`, async () => ((await farm.ask("GET", `group/${group}`)).status === 404 ? true : undefined), { seconds: seconds + 60, everyMs: 200 });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return most;
}
