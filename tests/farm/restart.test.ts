import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { waitFor } from "../../tools/vm/wait-for.ts";
import { inconsistencies } from "./consistency.ts";
import { FarmUnderTest } from "./farm-under-test.ts";
import { killStorm } from "./kill-storm.ts";

let farm: FarmUnderTest;
beforeEach(async () => void (farm = await new FarmUnderTest(["--forward", "22"]).start()));
afterEach(() => farm.cleanUp());

test.each(["SIGTERM", "SIGKILL"] as const)("VMs outlive the server (%s); the next one goes on with them", async (signal) => {
  const vm = await farm.vm("kept", "v", randomBytes(1000));
  await farm.must("PUT", "group/kept/vm/v/start");
  const before = farm.processes();
  await farm.end(signal);
  expect(farm.processes()).toEqual(before);
  await farm.start();
  expect(await farm.must("GET", "group/kept/vm/v")).toEqual({ ...vm, name: "v", state: "running" });
  expect(farm.said).toContain("took over 1 running VMs; 0 had ended meanwhile");
  await farm.must("PUT", "group/kept/vm/v/reboot");
  await farm.must("PUT", "group/kept/vm/v/destroy");
  expect(farm.processes()).toEqual([]);
  await farm.must("DELETE", "group/kept");
  await farm.waitForNothing();
});

test("a VM that ended while no server ran is stopped; a group whose time passed is removed", async () => {
  await farm.vm("ended", "v", randomBytes(1000));
  const start = Date.now();
  await farm.vm("late", "v", randomBytes(1000), {}, 3);
  for (const group of ["ended", "late"]) await farm.must("PUT", `group/${group}/vm/v/start`);
  await farm.end("SIGKILL");
  process.kill(farm.processes()[0]!, "SIGKILL");
  await waitFor("the time of the group passes", () => (new Date() > new Date(start + 3500) ? true : undefined), { seconds: 10 });
  await farm.start();
  expect(farm.said).toContain("took over 1 running VMs; 1 had ended meanwhile");
  expect((await farm.ask("GET", "group/late")).status).toBe(404);
  await farm.must("DELETE", "group/ended");
  await farm.waitForNothing();
});

test("a process that the database does not know is ended", async () => {
  await farm.vm("lost", "v", randomBytes(1000));
  await farm.must("PUT", "group/lost/vm/v/start");
  const [pid] = farm.processes();
  const command = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  const qmp = command.find((word) => word.startsWith("unix:"))!;
  await farm.must("DELETE", "group/lost");
  // As if a killed server had started it in its last moment, and its disks and row were gone since.
  const folder = path.dirname(qmp.slice("unix:".length).split(",")[0]!);
  fs.mkdirSync(folder);
  const lone = ["-chardev", `socket,id=console,path=${folder}/console,logfile=${folder}/log`, "-qmp", qmp];
  const stray = spawn(command[0]!, [command[1]!, ...lone], { detached: true, stdio: "ignore" });
  // A round of the collector may see it before this test could.
  expect(await once(stray, "exit")).toEqual([null, "SIGTERM"]);
  await farm.waitForNothing();
});

test("two servers do not share a state folder", async () => {
  const second = new FarmUnderTest([], { stateDir: farm.stateDir });
  await expect(second.start()).rejects.toThrow(/the server ended: 3\n.*another farm server uses this state folder\n  Try: give this one another --state-dir/s);
  expect((await farm.ask("GET", "group")).status).toBe(200);
});

test("killed at random moments under load: nothing is lost, nothing is left", async () => {
  const report = await killStorm(farm, 6, 42);
  expect(report).toMatchObject({ kills: 6, wrong: [] });
  expect(report.requests - report.cut).toBeGreaterThan(20);
  let problems: string[] = [];
  const consistent = async (): Promise<true | undefined> => ((problems = await inconsistencies(farm)).length === 0 ? true : undefined);
  await waitFor("the farm is consistent", consistent, { seconds: 20, lastSeen: () => problems.join("; ") });
  for (const { name } of (await farm.must("GET", "group")).groups) await farm.ask("DELETE", `group/${name}`);
  await farm.waitForNothing();
});
