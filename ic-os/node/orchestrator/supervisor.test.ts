import { spawn } from "node:child_process";
import { afterEach, expect, test } from "@jest/globals";
import { createLog } from "../lib/log.ts";
import { supervise, type Supervisor } from "./supervisor.ts";

const policy = { firstMilliseconds: 10, maxMilliseconds: 40, crashLoopExits: 3, crashLoopMilliseconds: 60, quickMilliseconds: 100_000 };
let supervisor: Supervisor | undefined;
let lines: string[] = [];
afterEach(async () => {
  await supervisor?.stop();
  lines = [];
});

function run(script: string, changes: Partial<typeof policy> & { killMilliseconds?: number; program?: string } = {}): Supervisor {
  const { killMilliseconds = 5000, program = process.execPath, ...rest } = changes;
  supervisor = supervise({ start: () => spawn(program, ["-e", script], { stdio: "ignore" }), policy: { ...policy, ...rest }, log: createLog("test", (line) => lines.push(line)), killMilliseconds });
  return supervisor;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not reached: ${JSON.stringify(supervisor?.status())}\n${lines.join("")}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const stays = "setInterval(() => {}, 1000)";

test("a child that is killed is started again", async () => {
  const { status } = run(stays, { quickMilliseconds: 0 });
  const first = status().pid;
  process.kill(Number(first), "SIGKILL");
  await until(() => status().state === "running" && status().pid !== first);
  expect(status()).toMatchObject({ restarts: 1, quickExits: 0, lastExit: { signal: "SIGKILL", code: null }, nextStartMilliseconds: null });
});

test("a child that keeps failing is in a crash loop, and is still tried", async () => {
  const { status } = run("process.exit(7)");
  await until(() => status().state === "crash_loop");
  const restarts = status().restarts;
  expect(status()).toMatchObject({ quickExits: 3, lastExit: { code: 7 } });
  await until(() => status().restarts > restarts + 1);
  expect(status().state).toBe("crash_loop");
  expect(lines.filter((line) => line.includes("is in a crash loop"))).toHaveLength(1);
});

test("a run that lasts ends a crash loop", async () => {
  // Fails three times, then stays: the parent's clock decides.
  let starts = 0;
  supervisor = supervise({
    start: () => spawn(process.execPath, ["-e", ++starts <= 3 ? "process.exit(1)" : stays], { stdio: "ignore" }),
    policy: { ...policy, quickMilliseconds: 1500 },
    log: createLog("test", (line) => lines.push(line)),
    killMilliseconds: 5000,
  });
  const { status } = supervisor;
  await until(() => status().quickExits === 3);
  expect(status().state).toBe("crash_loop");
  await until(() => status().state === "running");
});

test("a program that is not there counts as an exit", async () => {
  const { status } = run("", { program: "/nonexistent" });
  await until(() => status().quickExits >= 2);
  expect(status().lastExit).toMatchObject({ code: null, signal: null, error: expect.stringContaining("ENOENT") });
});

test("stopping ends the child and starts no other", async () => {
  const { status, stop } = run(stays);
  const pid = Number(status().pid);
  await stop();
  expect(status()).toMatchObject({ state: "stopped", pid: null });
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});

test("stopping in a back-off starts no other", async () => {
  const { status, stop } = run("process.exit(1)", { firstMilliseconds: 20 });
  await until(() => status().state === "backing_off");
  await stop();
  const { restarts } = status();
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(status()).toMatchObject({ state: "stopped", restarts });
});

test("a child that ignores SIGTERM is killed", async () => {
  supervisor = supervise({
    start: () => spawn(process.execPath, ["-e", `process.on("SIGTERM", () => {}); console.log("ready"); ${stays}`], { stdio: ["ignore", "pipe", "ignore"] }),
    policy,
    log: createLog("test", (line) => lines.push(line)),
    killMilliseconds: 100,
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  await supervisor.stop();
  expect(supervisor.status().lastExit?.signal).toBe("SIGKILL");
});
