import { expect, test } from "@jest/globals";
import { unitState } from "./unit-state.ts";

const guest = (stdout: string): Parameters<typeof unitState>[0] => ({ exec: () => Promise.resolve({ exitCode: 0, stdout, stderr: "" }) });

test.each([
  ["Result=success\nLoadState=loaded\nActiveState=active\nSubState=running", "active (running)"],
  ["Result=exit-code\nLoadState=loaded\nActiveState=failed\nSubState=failed", "failed (failed), result exit-code"],
  ["Result=success\nLoadState=not-found\nActiveState=inactive\nSubState=dead", "failed (no such unit)"],
])("%j", async (properties, state) => {
  expect(await unitState(guest(properties), "x.service")).toBe(state);
});
