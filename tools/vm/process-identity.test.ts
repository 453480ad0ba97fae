import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "@jest/globals";
import { identify, isAlive, signalProcess } from "./process-identity.ts";

test("a process is told from a later one with its pid", async () => {
  const child = spawn("sleep", ["60"]);
  const identity = identify(child.pid!)!;
  expect(isAlive(identity)).toBe(true);
  const other = { ...identity, startTime: String(Number(identity.startTime) - 1) };
  expect(isAlive(other)).toBe(false);
  expect(signalProcess(other, "SIGKILL")).toBe(false);
  expect(isAlive(identity)).toBe(true);
  expect(signalProcess(identity, "SIGKILL")).toBe(true);
  await once(child, "exit");
  expect(isAlive(identity)).toBe(false);
});
