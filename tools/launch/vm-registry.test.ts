import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { identify, type ProcessIdentity } from "../vm/process-identity.ts";
import { findVm, runningVms } from "./find-vm.ts";
import type { VmRecord } from "./vm-record.ts";
import { forgetVm, listVms, registerVm, removeStale } from "./vm-registry.ts";

let registry = "";
let child: ChildProcess;
let alive: ProcessIdentity;
const dead: ProcessIdentity = { pid: process.pid, startTime: "1" };

beforeEach(() => {
  registry = path.join(fs.mkdtempSync("/tmp/registry-test-"), "vm");
  child = spawn("sleep", ["60"]);
  alive = identify(child.pid!)!;
});
afterEach(async () => {
  const exit = once(child, "exit");
  child.kill();
  await exit;
  fs.rmSync(path.dirname(registry), { recursive: true });
});

function register(family: string, owner: ProcessIdentity, persistDir?: string): VmRecord {
  const draft = (vm: string, stateDir: string): VmRecord => ({
    ...{ vm, family, stateDir, label: "//x", process: owner, accelerator: "tcg", sshPort: 1, apiPort: 2, user: "root", key: "", sshCommand: "" },
    ...{ consoleLog: path.join(stateDir, "console.log"), runtimeFolder: path.join(stateDir, "run"), persistent: persistDir !== undefined },
    image: { label: "//i", sha256: null, version: null },
  });
  return registerVm(draft, family, persistDir, registry);
}

test("each guest of a family gets a name and a folder of its own", () => {
  expect([register("dev", alive).vm, register("dev", alive).vm, register("prod", alive).vm]).toEqual(["dev-1", "dev-2", "prod-1"]);
  expect(listVms(registry).map((vm) => vm.stateDir).sort()).toEqual(["dev-1", "dev-2", "prod-1"].map((name) => path.join(registry, name)));
});

test("a command without a name means the youngest that runs", () => {
  register("dev", alive);
  fs.utimesSync(path.join(registry, "dev-1/vm.json"), 1, 1);
  register("dev", alive);
  register("dev", dead);
  expect(findVm("dev", undefined, registry).vm).toBe("dev-2");
  expect(findVm("dev", "dev-1", registry).vm).toBe("dev-1");
  expect(() => findVm("dev", "dev-3", registry)).toThrow("no guest dev-3 runs; there is dev-1, dev-2");
  expect(runningVms("prod", registry)).toEqual([]);
});

test("what dead guests left is removed, the rest is not", () => {
  register("dev", alive);
  register("dev", dead);
  fs.mkdirSync(path.join(registry, "no-record"));
  fs.mkdirSync(path.join(registry, `.${process.pid}-being-made`));
  fs.mkdirSync(path.join(registry, ".4194999-abandoned"));
  expect(removeStale(registry)).toEqual([".4194999-abandoned", "dev-2", "no-record"]);
  expect(fs.readdirSync(registry).sort()).toEqual([`.${process.pid}-being-made`, "dev-1"]);
});

test("a folder of the user's outlives its guest", () => {
  const keep = path.join(path.dirname(registry), "keep");
  fs.mkdirSync(keep);
  const vm = register("dev", alive, keep);
  fs.writeFileSync(path.join(keep, "disk.img"), "disk");
  expect(findVm("dev", undefined, registry).stateDir).toBe(keep);
  forgetVm(vm, registry);
  expect(fs.readdirSync(registry)).toEqual([]);
  expect(fs.readdirSync(keep)).toEqual(["disk.img"]);
  register("dev", dead, keep);
  expect(removeStale(registry)).toEqual(["dev-1"]);
  expect(fs.readdirSync(keep)).toEqual(["disk.img"]);
});
