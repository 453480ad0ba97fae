import { expect, test } from "@jest/globals";
import { withLimit } from "./with-limit.ts";

test("never more than the limit at once, in order, each once", async () => {
  const begun: number[] = [];
  let [running, most] = [0, 0];
  await withLimit(2, [0, 1, 2, 3, 4], async (item, index) => {
    expect(index).toBe(item);
    begun.push(item);
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
  });
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
});

test("a failure begins nothing more and waits for what is under way", async () => {
  const ended: number[] = [];
  const work = withLimit(2, [0, 1, 2, 3], async (item) => {
    if (item === 0) throw new Error("zero");
    await new Promise((resolve) => setTimeout(resolve, 20));
    ended.push(item);
  });
  await expect(work).rejects.toThrow("zero");
  expect(ended).toEqual([1]);
});
