import { expect, test } from "@jest/globals";
import { ExitCode } from "../lib/failure.ts";
import { waitFor } from "./wait-for.ts";

test("gives the fact as soon as it is there", async () => {
  let looks = 0;
  expect(await waitFor("three looks", () => (++looks === 3 ? "there" : undefined), { seconds: 5, everyMs: 1 })).toBe("there");
  expect(looks).toBe(3);
});

test("a passed deadline names the fact and what was seen last", async () => {
  const wait = waitFor("the moon", () => undefined, { seconds: 0.02, everyMs: 5, lastSeen: () => "saw clouds" });
  await expect(wait).rejects.toMatchObject({ message: "the moon: not within 0.02 s; saw clouds", exitCode: ExitCode.timeout });
});

test("a fact that can no longer come true ends the wait at once", async () => {
  const wait = waitFor("never", () => Promise.reject(new Error("gone")), { seconds: 60 });
  await expect(wait).rejects.toThrow("gone");
});

test("looks once more when the time is over: a fact is never missed for lack of time", async () => {
  expect(await waitFor("at once", () => 1, { seconds: 0 })).toBe(1);
});

test("an aborted wait ends with the signal's reason", async () => {
  const abort = new AbortController();
  const wait = waitFor("never", () => abort.abort(new Error("enough")), { seconds: 60, everyMs: 1, signal: abort.signal });
  await expect(wait).rejects.toThrow("enough");
});
