import { expect, test } from "@jest/globals";
import { median, table } from "./figures.ts";

test("median of odd and even numbers of runs", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2);
});

test("the ratio is against the first row", () => {
  expect(table([{ name: "full build", seconds: [10, 12, 11] }, { name: "no-op", seconds: [0.5] }]).split("\n")).toEqual([
    "            median s  least   most  ratio  runs",
    "full build     11.00  10.00  12.00   1.0x     3",
    "no-op           0.50   0.50   0.50  22.0x     1",
  ]);
});
