import { expect } from "@jest/globals";
import { readNodeStatus } from "../../tools/status/read-status.ts";
import { waitForHealthyNode } from "../../tools/status/wait-for-node.ts";
import type { Machine } from "../../tools/vm/machine.ts";
import { useGuest } from "../../tools/vm/testing/use-guest.ts";
import { waitFor } from "../../tools/vm/wait-for.ts";

const PORTS = { api: 8080, dashboard: 7070, replicaMetrics: 9090, orchestratorMetrics: 9091 };

const guest = useGuest(
  "dev",
  async (machine) => {
    await machine.start();
    await waitForHealthyNode(machine, url(machine, PORTS.api), 400);
  },
  { ports: Object.values(PORTS).map((guestPort) => ({ guestPort })) },
);

const url = (machine: Machine, port: number): string => `http://127.0.0.1:${machine.hostPort(port)}`;
const text = async (machine: Machine, port: number, path: string): Promise<string> => (await fetch(url(machine, port) + path)).text();

guest.test("the node's pages and figures are served", async (machine) => {
  expect(await text(machine, PORTS.dashboard, "/")).toContain("runs no consensus");
  expect(await text(machine, PORTS.replicaMetrics, "/metrics")).toMatch(/^# TYPE \w+/m);
  expect(await text(machine, PORTS.orchestratorMetrics, "/metrics")).toMatch(/^# TYPE \w+/m);
});

/** Waits until the guest has said this of its node, without asking it anything. */
async function nodeSaid(machine: Machine, health: string, seconds: number): Promise<void> {
  const { units } = machine;
  await waitFor(`${machine.name}: says that its node is ${health}`, () => units.nodeHealth === health || undefined, { seconds, lastSeen: () => `last said: ${units.nodeHealth}` });
}

guest.test("the guest tells its host how its node is, and takes it back when it no longer is", async (machine) => {
  expect(machine.units.nodeHealth).toBe("healthy");
  await machine.waitForSsh(300);
  // Its end is seen by the orchestrator; its successor speaks for itself.
  await machine.succeed("pkill -KILL -f replica.mjs");
  await nodeSaid(machine, "stopped", 60);
  await nodeSaid(machine, "healthy", 100);
  expect((await readNodeStatus(url(machine, PORTS.api))).health).toBe("healthy");
  // Nobody else is believed.
  const entry = (health: string): string => `printf 'MESSAGE_ID=2e964e79363fb86fcce95925f5670e02\\nNODE_HEALTH=${health}\\n' | logger --journald`;
  const say = (user: string, health: string): string => `setpriv --reuid=${user} --regid=${user} --init-groups -- sh -c "${entry(health)}"`;
  await machine.succeed(say("ic-replica", "told by its user"));
  await nodeSaid(machine, "told by its user", 60);
  await machine.succeed(`${say("readonly", "forged")} && systemd-run --wait --unit=after-the-forgery true`);
  await waitFor("the guest has said what came after the forgery", () => machine.units.unit("after-the-forgery.service") && true, { seconds: 60 });
  expect(machine.units.nodeHealth).toBe("told by its user");
});

guest.test("a killed replica is started again and goes on where it was", async (machine) => {
  await machine.waitForSsh(300);
  const before = await readNodeStatus(url(machine, PORTS.api));
  await machine.succeed("pkill -KILL -f replica.mjs");
  const after = await waitForHealthyNode(machine, url(machine, PORTS.api), 200);
  expect(after.certifiedHeight).toBeGreaterThanOrEqual(before.certifiedHeight ?? Number.NaN);
  expect(after.rootKey).toBe(before.rootKey);
});

guest.test("no state is lost when the power fails", async (machine) => {
  const before = await readNodeStatus(url(machine, PORTS.api));
  await machine.cutPower();
  await machine.start();
  const after = await waitForHealthyNode(machine, url(machine, PORTS.api), 400);
  expect(after.certifiedHeight).toBeGreaterThanOrEqual(before.certifiedHeight ?? Number.NaN);
  expect(after.rootKey).toBe(before.rootKey);
  await machine.waitForSsh(300);
  expect((await machine.exec("systemctl is-system-running --wait", { seconds: 200 })).stdout).toBe("running");
});
