import { expect, test } from "@jest/globals";
import { KeyedLock } from "./keyed-lock.ts";

test("one after the other for a key, beside each other for two", async () => {
  const lock = new KeyedLock();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = lock.run("a", async () => {
    order.push("a1 begins");
    await gate.promise;
    order.push("a1 ends");
  });
  const second = lock.run("a", () => void order.push("a2"));
  await lock.run("b", () => void order.push("b"));
  expect(lock.isHeld("a")).toBe(true);
  gate.resolve();
  await Promise.all([first, second]);
  expect(order).toEqual(["a1 begins", "b", "a1 ends", "a2"]);
  expect(lock.isHeld("a")).toBe(false);
});

test("a failure does not hold up the next", async () => {
  const lock = new KeyedLock();
  const failed = lock.run("a", () => Promise.reject(new Error("broken")));
  const next = lock.run("a", () => 1);
  await expect(failed).rejects.toThrow("broken");
  expect(await next).toBe(1);
});
