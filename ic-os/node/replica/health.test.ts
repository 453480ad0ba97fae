import { expect, test } from "@jest/globals";
import { monitorHealth } from "./health.ts";

test("a replica goes through the states in order, falls behind, and comes back", () => {
  let now = 0;
  const steps: string[] = [];
  const health = monitorHealth(100, (from, to) => steps.push(`${from} ${to}`), () => now);
  expect(health.current).toBe("starting");
  health.opened();
  expect(health.current).toBe("waiting_for_certified_state");
  now = 1000;
  expect(health.current).toBe("waiting_for_certified_state");
  health.certified();
  health.certified();
  expect(health.current).toBe("healthy");
  now = 1100;
  expect(health.current).toBe("healthy");
  now = 1101;
  expect(health.current).toBe("certified_state_behind");
  health.certified();
  expect(steps).toEqual(["starting waiting_for_certified_state", "waiting_for_certified_state healthy", "healthy certified_state_behind", "certified_state_behind healthy"]);
});
