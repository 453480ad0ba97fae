import { expect, test } from "@jest/globals";
import { median, ratio } from "./figures.ts";
import { figureTable } from "./table.ts";

test("median of odd and even numbers of runs", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2);
});

test("the ratio is that of runs next to each other, not of medians", () => {
  // A machine that became ten times slower half-way: each pair still says 10.
  expect(ratio([1, 1, 10], [10, 10, 100])).toBe(10);
});

test("a row with a peer has ratios, one without has none", () => {
  const full = { name: "full", title: "full build", unit: "s", ours: [2, 1, 3], peer: [20, 12, 30], oursCpu: [4, 4, 4], peerCpu: [20, 20, 20] } as const;
  const size = { name: "size", title: "disk", unit: "MB", ours: [5], peer: [], oursCpu: [], peerCpu: [] } as const;
  const copy = [full, size].map((one) => ({ ...one, ours: [...one.ours], peer: [...one.peer], oursCpu: [...one.oursCpu], peerCpu: [...one.peerCpu] }));
  expect(figureTable(copy, "mkosi 1").split("\n")).toEqual([
    "                ours  least–most  cpu s  mkosi 1  cpu s  ratio  cpu ratio  runs",
    "full build (s)  2.00   1.00–3.00   4.00    20.00  20.00  10.0x       5.0x     3",
    "disk (MB)       5.00   5.00–5.00                                              1",
  ]);
});
