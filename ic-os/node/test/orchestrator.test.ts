import { createHash } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { readStatus, until } from "./replica-client.ts";
import { bundles, kill, startService, workFolder, type ServiceProcess } from "./service-process.ts";

type Status = {
  kind: string;
  runsConsensus: boolean;
  version: string;
  process: { state: string; pid: number | null; restarts: number; quickExits: number; lastExit: { code: number | null } | null; nextStartMilliseconds: number | null };
  replica: { replica_health_status: string; impl_version: string } | null;
  registry: { version: number | null };
  upgrade: { state: string; wanted: string | null; last: { version: string; outcome: string } | null };
  deployment: { sshKeys: Record<string, number>; firewallRules: number | null };
};

let work: ReturnType<typeof workFolder>;
let service: ServiceProcess | undefined;
let registry: string;

beforeEach(() => {
  work = workFolder();
  registry = path.join(work.folder, "registry.json");
  fs.writeFileSync(work.config, JSON.stringify({ registry: { sources: [registry], poll_seconds: 0.1 } }));
});
afterEach(async () => {
  await kill(service);
  service = undefined;
  work.remove();
});

/** Starts an orchestrator on free ports. The replica's port is known before, so that it can be asked after each restart. */
async function start(...args: string[]): Promise<{ status(): Promise<Status>; url: string; metrics: string; replica: string }> {
  const port = await freePort();
  service = startService(bundles.orchestrator, [
    ...["--config", work.config, "--version", "v-test", "--replica", bundles.replica, "--dashboard", "127.0.0.1:0", "--metrics", "127.0.0.1:0"],
    ...["--replica-http", `127.0.0.1:${port}`, "--replica-metrics", "127.0.0.1:0", "--state-dir", path.join(work.folder, "state"), "--run-dir", path.join(work.folder, "run")],
    ...["--height-interval", "50", ...args],
  ]);
  const serving = await service.line("serving", "orchestrator");
  const url = `http://${String(serving["dashboard"])}`;
  return { url, metrics: `http://${String(serving["metrics"])}/metrics`, replica: `http://127.0.0.1:${port}`, status: async () => (await (await fetch(`${url}/status.json`)).json()) as Status };
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Puts a program in the replica's place. */
function fakeReplica(script: string): string[] {
  const file = path.join(work.folder, "fake.mjs");
  fs.writeFileSync(file, script);
  return ["--replica", file];
}

test("the replica runs, is started again when it is killed, and keeps its height", async () => {
  const { status, replica } = await start("--back-off-first", "20", "--quick-exit", "0");
  const running = await until(status, ({ replica: reported }) => reported?.replica_health_status === "healthy");
  expect(running).toMatchObject({ kind: "reference node", runsConsensus: false, version: "v-test", process: { state: "running", restarts: 0 }, replica: { impl_version: "v-test" } });
  const { certified_height: height } = await readStatus(replica);
  process.kill(Number(running.process.pid), "SIGKILL");
  const again = await until(status, ({ process: { restarts }, replica: reported }) => restarts === 1 && reported?.replica_health_status === "healthy");
  expect(again.process.pid).not.toBe(running.process.pid);
  expect((await readStatus(replica)).certified_height).toBeGreaterThanOrEqual(height);
});

test("a replica that keeps failing is shown in a crash loop, and still tried", async () => {
  const { status, url, metrics } = await start("--back-off-first", "1", "--back-off-crash-loop", "200", ...fakeReplica("process.exit(9)"));
  const looping = await until(status, ({ process: { state } }) => state === "crash_loop");
  expect(looping.process.quickExits).toBeGreaterThanOrEqual(5);
  expect(looping.process.lastExit?.code).toBe(9);
  expect(await (await fetch(url)).text()).toContain("crash_loop");
  expect(await (await fetch(metrics)).text()).toContain('orchestrator_replica_process_state{state="crash_loop"} 1');
  await until(status, ({ process: { restarts } }) => restarts > looping.process.restarts + 1);
});

test("SIGTERM ends the orchestrator and the replica, within 2 s", async () => {
  const { status } = await start();
  const { process: child } = await until(status, ({ replica: reported }) => reported !== null);
  const started = performance.now();
  service?.child.kill("SIGTERM");
  expect(await service?.ended()).toEqual({ code: 0, signal: null });
  expect(performance.now() - started).toBeLessThan(2000);
  expect(() => process.kill(Number(child.pid), 0)).toThrow("ESRCH");
  expect(service?.lines.filter((line) => line.message === "stopped").map((line) => line.service)).toEqual(["replica", "orchestrator"]);
});

test("a killed orchestrator leaves no replica behind", async () => {
  const { status } = await start();
  const { process: child } = await until(status, ({ replica: reported }) => reported !== null);
  await kill(service);
  try {
    await until(
      async () => alive(Number(child.pid)),
      (lives) => !lives,
    );
  } finally {
    if (alive(Number(child.pid))) process.kill(Number(child.pid), "SIGKILL");
  }
});

test("the registry's keys and rules are deployed, and a later version too", async () => {
  const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPqn6l5QDG7y8SyoV5dW0nT9qF4BqgGJpFmEfIu6u3Bq someone";
  const { status, metrics } = await start();
  expect((await status()).registry.version).toBeNull();
  fs.writeFileSync(registry, JSON.stringify({ version: 1, ssh_keys: { readonly: [key] }, firewall: { rules: [] } }));
  await until(status, ({ deployment }) => deployment.sshKeys["readonly"] === 1);
  expect(fs.readFileSync(path.join(work.folder, "run/ssh-keys/readonly"), "utf8")).toBe(`${key}\n`);
  const ruleset = path.join(work.folder, "run/nftables-ruleset/nftables.conf");
  expect(fs.readFileSync(ruleset, "utf8")).toContain("tcp dport 22 accept");
  fs.writeFileSync(registry, JSON.stringify({ version: 2, firewall: { rules: [{ action: "deny", ipv4_prefixes: ["0.0.0.0/0"], ports: [22] }] } }));
  await until(status, ({ deployment }) => deployment.firewallRules === 1);
  const rules = fs.readFileSync(ruleset, "utf8");
  expect(rules.indexOf("tcp dport 22 accept")).toBeLessThan(rules.indexOf("tcp dport 22 drop"));
  expect(await (await fetch(metrics)).text()).toContain("orchestrator_registry_version 2");
});

test("a malformed configuration ends it with exit code 4 before anything is started", async () => {
  fs.writeFileSync(work.config, '{ orchestrator: { dashboard: 7070 }, registry: { poll_seconds: "often" } }');
  service = startService(bundles.orchestrator, ["--config", work.config, "--version", "x"]);
  expect((await service.ended()).code).toBe(4);
  expect(service.text()).toContain("orchestrator.dashboard: ");
  expect(service.text()).toContain("registry.poll_seconds: ");
  expect(service.text()).not.toContain("child started");
});

test("a port that is taken ends it with exit code 3", async () => {
  const other = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as net.AddressInfo;
  service = startService(bundles.orchestrator, ["--config", work.config, "--version", "x", "--dashboard", `127.0.0.1:${port}`, "--metrics", "127.0.0.1:0"]);
  expect((await service.ended()).code).toBe(3);
  other.close();
  expect(service.text()).toContain("the port for the orchestrator's dashboard is taken");
  expect(service.text()).not.toContain("child started");
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(fs.readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

test("an upgrade of the registry goes to the boot manager, and how the last one ended is shown", async () => {
  const image = Buffer.from("image");
  const server = http.createServer((_, response) => response.end(image)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const socket = path.join(work.folder, "boot-manager");
  const said: string[] = [];
  let status = { current: "A", target: "B", state: "stable", slots: { A: { state: "running", version: "v-test" }, B: { state: "empty", version: null as string | null } } };
  const manager = net
    .createServer({ allowHalfOpen: true }, (connection) => {
      let request = "";
      connection.on("data", (chunk) => (request += chunk.toString())).on("end", () => {
        said.push(request);
        if (request.startsWith("install")) status = { ...status, slots: { ...status.slots, B: { state: "installed", version: "v2" } } };
        connection.end(request === "status\n" ? `${JSON.stringify(status)}\nexit 0\n` : "done\nexit 0\n");
      });
    })
    .listen(socket);
  const health = path.join(work.folder, "health");
  fs.mkdirSync(health);
  fs.writeFileSync(path.join(health, "health.json"), JSON.stringify({ healthy: false, checks: [{ name: "20-node", outcome: "failed", message: "no answer" }] }));
  try {
    const urls = [`http://127.0.0.1:${(server.address() as net.AddressInfo).port}/image`];
    fs.writeFileSync(registry, JSON.stringify({ version: 1, upgrade: { version: "v2", release_package_urls: urls, release_package_sha256_hex: createHash("sha256").update(image).digest("hex") } }));
    const { status: node, url, metrics } = await start("--boot-manager", socket, "--health-dir", health);
    const seen = await until(node, ({ upgrade }) => upgrade.state === "restarting");
    expect(seen).toMatchObject({ upgrade: { wanted: "v2", prepared: "v2", boot: { current: "A" } }, health: { checks: [{ name: "20-node", outcome: "failed", message: "no answer" }] } });
    expect(said.filter((request) => request !== "status\n")).toEqual(["install\nimage", "commit\n"]);
    const figures = await (await fetch(metrics)).text();
    expect(figures).toContain('orchestrator_upgrade_state{state="restarting"} 1');
    expect(figures).toContain('orchestrator_boot_confirmed{slot="A"} 1');
    expect(await (await fetch(url)).text()).toMatch(/<td>State<\/td><td>restarting<\/td>[\s\S]*<td>20-node<\/td><td>failed<\/td>/);
    // The machine restarts, and it is the old version that comes up.
    await kill(service);
    fs.writeFileSync(path.join(health, "verdict.json"), JSON.stringify({ version: "v2", outcome: "rolled_back", reason: "20-node: no answer" }));
    const after = await start("--boot-manager", socket, "--health-dir", health);
    const ended = await until(after.status, ({ upgrade }) => upgrade.state === "given_up");
    expect(ended.upgrade.last).toMatchObject({ version: "v2", outcome: "rolled_back", reason: "20-node: no answer" });
    expect(await (await fetch(after.metrics)).text()).toMatch(/orchestrator_last_upgrade_duration_seconds\{version="v2",outcome="rolled_back"\} [\d.]+/);
  } finally {
    server.close();
    manager.close();
  }
});
