import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { scratchFolder } from "../lib/atomic.ts";
import { startGuardian } from "./guardian.ts";
import { identify, isAlive } from "./process-identity.ts";
import { waitFor } from "./wait-for.ts";

test("ends the process and removes the folders, whatever their names", async () => {
  using folder = scratchFolder("guardian");
  const state = path.join(folder.path, "a state * folder");
  fs.mkdirSync(path.join(state, "inner"), { recursive: true });
  const child = spawn("sleep", ["60"]);
  const exit = once(child, "exit");
  const guardian = startGuardian();
  guardian.remove(state);
  guardian.guard(identify(child.pid!)!);
  guardian.act();
  expect(await exit).toEqual([null, "SIGTERM"]);
  await waitFor("folder is gone", () => (fs.existsSync(state) ? undefined : true), { seconds: 20 });
});

test("leaves another process with the same pid alone", async () => {
  using folder = scratchFolder("guardian");
  const state = path.join(folder.path, "state");
  fs.mkdirSync(state);
  const child = spawn("sleep", ["60"]);
  const identity = identify(child.pid!)!;
  const guardian = startGuardian();
  guardian.remove(state);
  guardian.guard({ ...identity, startTime: "1" });
  guardian.act();
  await waitFor("folder is gone", () => (fs.existsSync(state) ? undefined : true), { seconds: 20 });
  expect(isAlive(identity)).toBe(true);
  child.kill();
});

test("does nothing once it is released", async () => {
  using folder = scratchFolder("guardian");
  const child = spawn("sleep", ["60"]);
  const identity = identify(child.pid!)!;
  const released = startGuardian();
  released.remove(folder.path);
  released.guard(identity);
  released.release();
  // The pipe is read in order: a second guardian that has finished shows that the first had its chance.
  const marker = path.join(folder.path, "marker");
  fs.writeFileSync(marker, "");
  const second = startGuardian();
  second.remove(marker);
  second.act();
  await waitFor("second guardian is done", () => (fs.existsSync(marker) ? undefined : true), { seconds: 20 });
  expect(isAlive(identity)).toBe(true);
  expect(fs.existsSync(folder.path)).toBe(true);
  child.kill();
});
