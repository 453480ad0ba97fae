import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { churn } from "./churn.ts";
import { crowd } from "./crowd.ts";
import { FarmUnderTest } from "./farm-under-test.ts";

// Short: `bazel run //tests/bench/farm` has more groups and clients.
// As many ports as clients: one that is not given back is missed.
const farm = new FarmUnderTest(["--forward", "22", "--port-range", "21000-21099"]);
beforeAll(() => farm.start());
afterAll(() => farm.cleanUp());

test("groups come and end by themselves; nothing is left", async () => {
  expect(await churn(farm, 12, 6, 5)).toBeGreaterThan(1);
  await farm.waitForNothing();
});

test("100 clients at once are all served", async () => {
  expect(await crowd(farm, 100, false)).toHaveLength(600);
  await farm.waitForNothing();
});
