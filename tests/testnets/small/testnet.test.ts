import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { runfile } from "../../../tools/lib/runfiles.ts";
import { identify } from "../../../tools/vm/process-identity.ts";

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Summary {
  healthy: boolean;
  subnets: Record<string, string[]>;
  nodes: { name: string; health: string; version: string; certifiedHeight: number; ipv6: string; api: string; ssh: string }[];
}

const NODES = ["nns-1", "app-1", "app-2", "app-3"];
const home = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "home-"));
// Short: UNIX sockets lie in it.
const runtime = fs.mkdtempSync("/tmp/run-");
const folder = path.join(home, ".local/state/rules_icos/testnet/small");

/** Runs one of the targets as a user would, with a home and a folder for sockets of its own. */
function run(command: "CREATE" | "STATUS" | "SSH" | "LOGS" | "DESTROY", ...args: string[]): Promise<Ended> {
  const env = { PATH: process.env["PATH"], HOME: home, XDG_RUNTIME_DIR: runtime, BUILD_WORKING_DIRECTORY: home };
  const child = spawn(runfile(process.env[command]!), args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data) => (stdout += String(data)));
  child.stderr.on("data", (data) => (stderr += String(data)));
  // "close" comes when our pipes are closed: nodes that are left running must not hold them.
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
}

const inNode = async (name: string, command: string): Promise<string> => {
  const { code, stdout, stderr } = await run("SSH", name, command);
  expect({ name, command, code, stderr }).toEqual({ name, command, code: 0, stderr: "" });
  return stdout.trim();
};

let created: Ended;
let summary: Summary;
let processes: number[] = [];

beforeAll(async () => {
  created = await run("CREATE", "--accelerator", "tcg", "--timeout", "400");
  const outputs = process.env["TEST_UNDECLARED_OUTPUTS_DIR"];
  for (const name of NODES) {
    const log = path.join(folder, "nodes", name, "console.log");
    if (outputs !== undefined && fs.existsSync(log)) fs.copyFileSync(log, path.join(outputs, `${name}.console.log`));
  }
  expect(created).toMatchObject({ code: 0 });
  summary = JSON.parse(created.stdout) as Summary;
  const record = JSON.parse(fs.readFileSync(path.join(folder, "testnet.json"), "utf8")) as { network: { process: { pid: number } }; nodes: { process: { pid: number } }[] };
  processes = [record.network.process.pid, ...record.nodes.map((node) => node.process.pid)];
});

afterAll(async () => {
  await run("DESTROY");
  for (const one of [home, runtime]) fs.rmSync(one, { recursive: true, force: true });
});

test("create: one JSON object, four healthy nodes", async () => {
  expect(created.stdout.trim().split("\n")).toHaveLength(1);
  expect(summary).toMatchObject({ testnet: "small", healthy: true, subnets: { nns: ["nns-1"], app: ["app-1", "app-2", "app-3"] } });
  expect(summary.nodes.map((node) => [node.name, node.health])).toEqual(NODES.map((name) => [name, "healthy"]));
  expect(new Set(summary.nodes.flatMap((node) => [node.ipv6, node.api, node.ssh])).size).toBe(12);
  expect(processes.map((pid) => identify(pid) !== undefined)).toEqual([true, true, true, true, true]);
  expect(await run("CREATE")).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("testnet small exists already (running)") });
});

test("status: every node, and heights that grow", async () => {
  const { code, stdout } = await run("STATUS", "--json");
  const now = JSON.parse(stdout) as Summary;
  expect(code).toBe(0);
  for (const [index, node] of now.nodes.entries()) expect(node.certifiedHeight).toBeGreaterThan(summary.nodes[index]!.certifiedHeight);
  expect((await run("STATUS")).stdout).toMatch(/^node +subnet +health .*\nnns-1 +nns +healthy /);
});

test("ssh: the nodes see each other, and know their NNS", async () => {
  const [nns, app] = [summary.nodes[0]!, summary.nodes[3]!];
  expect(await inNode("app-3", "hostname")).toBe("app-3");
  expect(await inNode("app-3", `curl -sS -m 60 -o /dev/null -w '%{http_code}' 'http://[${nns.ipv6}]:8080/api/v2/status'`)).toBe("200");
  expect(await inNode("nns-1", `ping -c 1 -W 10 ${app.ipv6} >/dev/null && echo seen`)).toBe("seen");
  expect(JSON.parse(await inNode("app-3", "cat /boot/config/config.json"))).toMatchObject({ icos_settings: { nns_urls: [`http://[${nns.ipv6}]:8080`] } });
  // The driver that listened to what the units said is gone since :create has ended; no unit minds.
  expect(await inNode("app-3", "systemctl --failed --no-legend --plain")).toBe("");
  expect(await run("SSH", "app-3", "exit", "7")).toMatchObject({ code: 7 });
  expect(await run("SSH", "app-4")).toMatchObject({ code: 2, stderr: expect.stringContaining("no node app-4 in testnet small; there is nns-1, app-1, app-2, app-3") });
});

test("logs: the journal, a unit of it, the console", async () => {
  expect((await run("LOGS", "app-1", "--unit", "ic-replica", "--lines", "5")).stdout).not.toBe("");
  expect((await run("LOGS", "app-1", "--lines", "3")).stdout.trim().split("\n")).toHaveLength(3);
  expect((await run("LOGS", "app-1", "--console", "--lines", "0")).stdout).toContain("GRUB: slot A");
  expect(await run("LOGS", "app-1", "--unit", "x'; reboot; '")).toMatchObject({ code: 2, stdout: "" });
});

test("a node that is gone is said to be, by name; destroy leaves nothing", async () => {
  process.kill(processes[2]!, "SIGKILL");
  const { code, stdout } = await run("STATUS", "--json");
  expect(code).toBe(5);
  expect((JSON.parse(stdout) as Summary).nodes.map((node) => node.health)).toEqual(["healthy", "ended", "healthy", "healthy"]);
  expect(await run("DESTROY")).toMatchObject({ code: 0, stderr: "testnet small is destroyed\n" });
  expect(processes.map((pid) => identify(pid))).toEqual([undefined, undefined, undefined, undefined, undefined]);
  expect([fs.existsSync(folder), fs.readdirSync(runtime)]).toEqual([false, []]);
  expect(await run("STATUS")).toMatchObject({ code: 3, stderr: expect.stringContaining("testnet small does not exist") });
});
