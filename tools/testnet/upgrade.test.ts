import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { encode } from "cborg";
import { identify } from "../vm/process-identity.ts";
import type { VmTools } from "../vm/vm-tools.ts";
import type { NodeRecord, TestnetRecord } from "./record.ts";
import { upgradeTestnet } from "./upgrade.ts";

// Stands for the nodes: an ssh that answers what a guest would, by the port it is called with, from files in a folder named by that port.
const FAKE_SSH = `#!/bin/sh
while [ "$1" != "-p" ]; do
  [ "$1" != "-O" ] || exit 0
  shift
done
cd "$(dirname "$0")/$2" || exit 255
for command do :; done
echo "$command" >>commands
case $command in
*boot_id) cat boot ;;
*"status --json") printf '{"current":"A","stable":%s,"slots":{"A":{"version":"%s"}}}\\n' "$(cat stable)" "$(cat version)" ;;
*upgrade-install*) [ -e refuses ] && { echo "manageboot: the image is refused" >&2; exit 4; }; cat >installed ;;
*upgrade-commit*) [ -e breaks ] || cp installed version; [ ! -e sickens ] || echo starting >health; sed -i 's/^./9/' boot; [ ! -e lazy ] || echo false >stable ;;
*"guestos confirm") echo true >stable ;;
esac
`;
const BOOT = "00000000-0000-4000-8000-000000000000";

let folder = "";
let servers: net.Server[] = [];
let testnet: TestnetRecord;
const tools = (): VmTools => ({ ssh: path.join(folder, "ssh"), scp: "/bin/false" }) as VmTools;
const update = (): { archive: string; version: string } => ({ archive: path.join(folder, "update.img"), version: "2" });
const file = (node: string, name: string): string => path.join(folder, String(testnet.nodes.find((one) => one.name === node)!.sshPort), name);
const versions = (): string[] => testnet.nodes.map((node) => fs.readFileSync(file(node.name, "version"), "utf8").trim());

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "upgrade-"));
  fs.writeFileSync(path.join(folder, "ssh"), FAKE_SSH, { mode: 0o755 });
  fs.writeFileSync(path.join(folder, "update.img"), "2\n");
  const nodes = await Promise.all(["nns-1", "app-1", "app-2"].map(fakeNode));
  testnet = { testnet: "t", label: "//t", state: "running", creator: identify(process.pid)!, backend: "local", accelerator: "tcg", user: "root", key: "k", image: { label: "//i", version: "1" }, nodes };
});
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
  fs.rmSync(folder, { recursive: true });
});

async function listen(server: net.Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as net.AddressInfo).port;
}

async function fakeNode(name: string): Promise<NodeRecord> {
  const sshPort = await listen(net.createServer((socket) => socket.on("error", () => undefined).end("SSH-2.0-fake\r\n")));
  const home = path.join(folder, String(sshPort));
  fs.mkdirSync(home);
  for (const [file, text] of Object.entries({ boot: BOOT, version: "1", stable: "true", health: "healthy" })) fs.writeFileSync(path.join(home, file), `${text}\n`);
  let height = 0;
  const api = http.createServer((_, response) => response.end(encode({ replica_health_status: fs.readFileSync(path.join(home, "health"), "utf8").trim(), certified_height: ++height })));
  return { name, subnet: name.split("-")[0]!, ipv6: "fd00::1", folder: home, consoleLog: path.join(home, "console.log"), process: identify(process.pid)!, runtimeFolder: home, sshPort, api: `http://127.0.0.1:${await listen(api)}` };
}

test("node after node, each healthy with the new version and confirmed before the next", async () => {
  fs.writeFileSync(file("app-1", "lazy"), "");
  const done = await upgradeTestnet(testnet, update(), tools(), { step: 20, confirm: 1 });
  expect(done.map(({ node, result }) => [node, result])).toEqual([["nns-1", "upgraded"], ["app-1", "upgraded"], ["app-2", "upgraded"]]);
  expect(versions()).toEqual(["2", "2", "2"]);
  for (const node of testnet.nodes) expect(fs.readFileSync(file(node.name, "stable"), "utf8")).toBe("true\n");
  // Only the one that does not confirm itself is confirmed from here.
  expect(testnet.nodes.map((node) => fs.readFileSync(file(node.name, "commands"), "utf8").includes("guestos confirm"))).toEqual([false, true, false]);
  const order = testnet.nodes.map((node) => fs.statSync(file(node.name, "installed")).mtimeMs);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test("a node that has the version already is left alone", async () => {
  fs.writeFileSync(file("nns-1", "version"), "2\n");
  expect((await upgradeTestnet(testnet, update(), tools(), { step: 20, confirm: 1 }))[0]).toEqual({ node: "nns-1", result: "had it already" });
  expect(fs.existsSync(file("nns-1", "installed"))).toBe(false);
});

test("a node that is not healthy after its upgrade ends it: it has the new version, the rest is not touched", async () => {
  fs.writeFileSync(file("app-1", "sickens"), "");
  const failure = (await upgradeTestnet(testnet, update(), tools(), { step: 2, confirm: 1 }).catch((error: unknown) => error)) as Error;
  expect(failure.message).toMatch(/stopped at app-1: .*a healthy node: not within 2 s; starting at height/);
  expect(versions()).toEqual(["2", "2", "1"]);
  expect(fs.existsSync(file("app-2", "commands"))).toBe(false);
});

test("nodes of a farm are upgraded alike: where their SSH server is is written down, their machines are not seen", async () => {
  testnet = { ...testnet, backend: "farm", accelerator: null, farm: { url: "http://farm.invalid/", group: "g", expiresAt: null } };
  for (const node of testnet.nodes) {
    delete node.process;
    node.sshHost = "127.0.0.1";
  }
  const done = await upgradeTestnet(testnet, update(), tools(), { step: 20, confirm: 1 });
  expect([done.length, versions()]).toEqual([3, ["2", "2", "2"]]);
});

test.each([
  ["is refused", () => fs.writeFileSync(file("app-1", "refuses"), ""), /stopped at app-1: .*exit 4[^]*the image is refused/],
  ["does not bring its version", () => fs.writeFileSync(file("app-1", "breaks"), ""), /stopped at app-1: it came back with 1/],
  ["meets an unhealthy node", () => fs.writeFileSync(file("app-1", "health"), "certified_state_behind\n"), /stopped at app-1: it is certified_state_behind before its upgrade/],
])("an upgrade that %s ends it, and the rest is not touched", async (_, spoil, message) => {
  spoil();
  const failure = (await upgradeTestnet(testnet, update(), tools(), { step: 20, confirm: 1 }).catch((error: unknown) => error)) as Error;
  expect(failure.message).toMatch(message);
  expect(failure.message).toContain("upgraded: nns-1\n  not: app-1, app-2");
  expect(versions()).toEqual(["2", "1", "1"]);
  expect(fs.existsSync(file("app-2", "commands"))).toBe(false);
});
