import { expect } from "@jest/globals";
import { readNodeStatus, waitForHealthy } from "../../tools/status/read-status.ts";
import type { Machine } from "../../tools/vm/machine.ts";
import { useGuest } from "../../tools/vm/testing/use-guest.ts";

const PORTS = { api: 8080, dashboard: 7070, replicaMetrics: 9090, orchestratorMetrics: 9091 };

const guest = useGuest(
  "dev",
  async (machine) => {
    await machine.start();
    await waitForHealthy(url(machine, PORTS.api), 400);
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

guest.test("a killed replica is started again and goes on where it was", async (machine) => {
  await machine.waitForSsh(300);
  const before = await readNodeStatus(url(machine, PORTS.api));
  await machine.succeed("pkill -KILL -f replica.mjs");
  const after = await waitForHealthy(url(machine, PORTS.api), 200);
  expect(after.certifiedHeight).toBeGreaterThanOrEqual(before.certifiedHeight ?? Number.NaN);
  expect(after.rootKey).toBe(before.rootKey);
});

guest.test("no state is lost when the power fails", async (machine) => {
  const before = await readNodeStatus(url(machine, PORTS.api));
  await machine.cutPower();
  await machine.start();
  const after = await waitForHealthy(url(machine, PORTS.api), 400);
  expect(after.certifiedHeight).toBeGreaterThanOrEqual(before.certifiedHeight ?? Number.NaN);
  expect(after.rootKey).toBe(before.rootKey);
  await machine.waitForSsh(300);
  expect((await machine.exec("systemctl is-system-running --wait", { seconds: 200 })).stdout).toBe("running");
});
