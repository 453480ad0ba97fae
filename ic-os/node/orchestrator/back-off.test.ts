import { expect, test } from "@jest/globals";
import { backOff, defaultBackOff, jitter } from "./back-off.ts";

const middle = (): number => 0.5;

test("the wait doubles, and a crash loop is tried slowly", () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((exits) => backOff(defaultBackOff, exits, middle))).toEqual([500, 500, 1000, 2000, 4000, 60_000, 60_000]);
});

test("no wait before a crash loop is longer than the longest", () => {
  expect(backOff({ ...defaultBackOff, crashLoopExits: 100 }, 99, middle)).toBe(defaultBackOff.maxMilliseconds);
});

test("chance moves a wait within its bounds", () => {
  expect(backOff(defaultBackOff, 2, () => 0)).toBe(1000 * (1 - jitter));
  expect(backOff(defaultBackOff, 2, () => 0.999999)).toBe(1000 * (1 + jitter));
});
