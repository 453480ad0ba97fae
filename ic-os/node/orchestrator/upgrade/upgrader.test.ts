import { createHash } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createLog } from "../../lib/log.ts";
import type { BootManager, BootStatus, UpgradeVerdict } from "./boot-manager.ts";
import { startUpgrader, type Upgrader, type UpgraderOptions } from "./upgrader.ts";
import type { WantedUpgrade } from "./wanted-upgrade.ts";

/** A machine that upgrades in no time. */
class FakeBoot implements BootManager {
  boot: BootStatus = { current: "A", bootCycle: "stable", installed: null };
  said: UpgradeVerdict | null = null;
  calls: string[] = [];
  installing: () => Promise<void> = async () => undefined;
  committing: () => Promise<void> = async () => undefined;

  async status(): Promise<BootStatus> {
    return { ...this.boot };
  }
  async install(image: string, { allowDowngrade }: { allowDowngrade: boolean }): Promise<void> {
    this.calls.push(`install ${fs.readFileSync(image, "utf8")}${allowDowngrade ? " older" : ""}`);
    this.boot.installed = null;
    await this.installing();
    this.boot.installed = "v2";
  }
  async commit(): Promise<void> {
    this.calls.push("commit");
    await this.committing();
    this.boot.bootCycle = "first_boot";
  }
  async verdict(): Promise<UpgradeVerdict | null> {
    return this.said;
  }
}

let folder: string;
let lines: string[];
let server: http.Server;
let asked: number;
let answer: { code: number; body: string };
let boot: FakeBoot;
let upgrader: Upgrader | undefined;
let url: string;

beforeEach(async () => {
  folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "upgrade-")), "upgrade");
  [lines, asked, answer, boot] = [[], 0, { code: 200, body: "image" }, new FakeBoot()];
  server = http.createServer((_, response) => {
    asked += 1;
    response.writeHead(answer.code).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/image`;
});
afterEach(async () => {
  await upgrader?.stop();
  upgrader = undefined;
  server.close();
  fs.rmSync(path.dirname(folder), { recursive: true });
});

const policy = { firstMilliseconds: 10, maxMilliseconds: 40, crashLoopExits: 100, crashLoopMilliseconds: 40, quickMilliseconds: 0 };

function start(changes: Partial<UpgraderOptions> = {}): Upgrader {
  return (upgrader = startUpgrader({ running: "v1", nodeId: "", folder, boot, policy, trialMilliseconds: 10, reserve: 0, log: createLog("test", (line) => lines.push(line)), ...changes }));
}

/** Stands for a restart of the node. */
async function restart(running: string, changes: Partial<BootStatus>): Promise<Upgrader> {
  await upgrader?.stop();
  Object.assign(boot.boot, changes);
  return start({ running });
}

function wish(changes: Partial<WantedUpgrade> & { content?: string } = {}): WantedUpgrade {
  const { content = "image", ...rest } = changes;
  return { version: "v2", release_package_urls: [url], release_package_sha256_hex: createHash("sha256").update(content).digest("hex"), execute: true, allow_downgrade: false, ...rest };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not reached: ${JSON.stringify(upgrader?.status())}\n${boot.calls.join("\n")}\n${lines.join("")}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const state = (): string | undefined => upgrader?.status().state;

test("an upgrade is downloaded, installed, committed, looked after and confirmed", async () => {
  start().want(wish());
  await until(() => state() === "restarting");
  expect(boot.calls).toEqual(["install image", "commit"]);
  expect(fs.readdirSync(folder)).toEqual(["upgrade.json"]);
  await restart("v2", { current: "B", bootCycle: "failsafe_check" });
  upgrader?.want(wish());
  await until(() => state() === "on_trial");
  expect(upgrader?.status().last).toBeNull();
  boot.boot.bootCycle = "stable";
  await until(() => state() === "current");
  expect(upgrader?.status()).toMatchObject({ problem: null, last: { version: "v2", outcome: "confirmed", reason: null, milliseconds: expect.any(Number) } });
  expect(boot.calls).toHaveLength(2);
});

test("an upgrade that was rolled back is told with its reason, and not tried again", async () => {
  start().want(wish());
  await until(() => state() === "restarting");
  boot.said = { version: "v2", outcome: "rolled_back", reason: "node: no answer" };
  await restart("v1", { current: "A", bootCycle: "stable" });
  upgrader?.want(wish());
  await until(() => state() === "given_up");
  expect(upgrader?.status()).toMatchObject({ problem: "v2 was rolled back here: node: no answer", last: { outcome: "rolled_back", reason: "node: no answer" } });
  await restart("v1", {});
  upgrader?.want(wish());
  await until(() => state() === "given_up");
  expect(boot.calls).toEqual(["install image", "commit"]);
  // Another image of the same version is another chance.
  answer.body = "repaired";
  upgrader?.want(wish({ content: "repaired" }));
  await until(() => boot.calls.length === 4);
  expect(boot.calls.slice(2)).toEqual(["install repaired", "commit"]);
});

test("a version is prepared early, and started when the registry says so, without another download", async () => {
  start().want(wish({ execute: false }));
  await until(() => state() === "prepared");
  expect(upgrader?.status()).toMatchObject({ prepared: "v2", wanted: "v2" });
  await restart("v1", {});
  upgrader?.want(wish({ execute: false }));
  await until(() => state() === "prepared");
  upgrader?.want(wish());
  await until(() => state() === "restarting");
  expect(boot.calls).toEqual(["install image", "commit"]);
  expect(asked).toBe(1);
});

test("what somebody else wrote to the slot since is installed anew", async () => {
  start().want(wish({ execute: false }));
  await until(() => state() === "prepared");
  boot.boot.installed = "v7";
  upgrader?.want(wish());
  await until(() => state() === "restarting");
  expect(boot.calls).toEqual(["install image", "install image", "commit"]);
  expect(asked).toBe(1);
});

test("failures are told and tried again; the download is kept", async () => {
  let tries = 0;
  boot.installing = async () => {
    if (++tries < 3) throw new Error("device is busy");
  };
  answer.code = 500;
  start().want(wish());
  await until(() => (upgrader?.status().failures["download"] ?? 0) >= 2);
  expect(state()).toBe("failed");
  expect(upgrader?.status().problem).toContain("HTTP status 500");
  answer.code = 200;
  await until(() => state() === "restarting");
  expect(upgrader?.status()).toMatchObject({ problem: null, failures: { install: 2 } });
  expect(asked).toBe(upgrader!.status().failures["download"]! + 1);
});

test("an installation that is interrupted does not count as prepared", async () => {
  start().want(wish({ execute: false }));
  await until(() => state() === "prepared");
  boot.boot.installed = null;
  boot.installing = () => new Promise((_, reject) => setTimeout(() => reject(new Error("cut")), 1));
  upgrader?.want(wish({ execute: false, allow_downgrade: true }));
  await until(() => (upgrader?.status().failures["install"] ?? 0) > 0);
  boot.installing = async () => undefined;
  await restart("v1", {});
  expect(upgrader?.status().prepared).toBeNull();
});

test("a commit that fails has not started anything", async () => {
  boot.committing = async () => {
    boot.committing = async () => undefined;
    throw new Error("refused");
  };
  start().want(wish());
  await until(() => state() === "restarting");
  expect(upgrader?.status().failures["commit"]).toBe(1);
  expect(boot.calls).toEqual(["install image", "commit", "commit"]);
});

test("nothing is installed while the running system is on trial", async () => {
  boot.boot.bootCycle = "failsafe_check";
  start().want(wish());
  await until(() => state() === "on_trial");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(boot.calls).toEqual([]);
  boot.boot.bootCycle = "stable";
  await until(() => state() === "restarting");
});

test("a registry that changes its mind ends a download that waits, and starts nothing", async () => {
  server.removeAllListeners("request");
  server.on("request", (_, response: http.ServerResponse) => void response.writeHead(200, { "content-length": 10 }).write("x"));
  start().want(wish());
  await until(() => state() === "downloading");
  upgrader?.want(null);
  await until(() => state() === "current");
  expect(boot.calls).toEqual([]);
  expect(upgrader?.status().failures).toEqual({ status: 0, download: 0, install: 0, commit: 0 });
});

test("a mind changed during the installation commits nothing of the old", async () => {
  let go: (() => void) | undefined;
  boot.installing = () => new Promise((resolve) => (go = resolve));
  start().want(wish());
  await until(() => state() === "installing" && go !== undefined);
  upgrader?.want(wish({ execute: false }));
  go?.();
  await until(() => state() === "prepared");
  expect(boot.calls).toEqual(["install image"]);
});

test("a full disk is told, leaves nothing, and is tried again", async () => {
  start({ reserve: 2 ** 60 }).want(wish());
  await until(() => (upgrader?.status().failures["download"] ?? 0) >= 2);
  expect(upgrader?.status().problem).toMatch(/^download: .*no room for the update image/);
  expect(fs.readdirSync(folder)).toEqual([]);
});
