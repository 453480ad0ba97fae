import { createHash } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { readStatus, startReplica, until, type RunningReplica } from "./replica-client.ts";
import { bundles, kill, startService, workFolder } from "./service-process.ts";

let work: ReturnType<typeof workFolder>;
let replica: RunningReplica | undefined;
const state = (): string => path.join(work.folder, "state");

beforeEach(() => {
  work = workFolder({ data_api: true });
});
afterEach(async () => {
  await kill(replica);
  replica = undefined;
  work.remove();
});

test("a replica becomes healthy in steps, says what it is, and its height grows", async () => {
  replica = await startReplica(work.config, state(), "--height-interval", "300");
  const { url } = replica;
  const waiting = await until(() => readStatus(url), (status) => status.replica_health_status !== "starting");
  expect(waiting).toMatchObject({ replica_health_status: "waiting_for_certified_state", certified_height: 0, impl_version: "v-test" });
  expect(waiting.impl_hash).toBe(createHash("sha256").update(fs.readFileSync(bundles.replica)).digest("hex"));
  expect(waiting).not.toHaveProperty("ic_api_version");
  // SubjectPublicKeyInfo of an Ed25519 key: RFC 8410, section 10.1.
  expect(Buffer.from(waiting.root_key ?? []).toString("hex")).toMatch(/^302a300506032b6570032100[0-9a-f]{64}$/);
  const healthy = await until(() => readStatus(url), (status) => status.replica_health_status === "healthy");
  await until(() => readStatus(url), (status) => status.certified_height > healthy.certified_height);
  const steps = replica.lines.filter((line) => line.message === "health").map((line) => `${line["from"]} ${line["to"]}`);
  expect(steps).toEqual(["starting waiting_for_certified_state", "waiting_for_certified_state healthy"]);
});

test("metrics and dashboard show the same, and that this is a reference node", async () => {
  replica = await startReplica(work.config, state(), "--height-interval", "20");
  const { url, metricsUrl } = replica;
  await until(() => readStatus(url), (status) => status.certified_height >= 3);
  const metrics = await (await fetch(metricsUrl)).text();
  expect(metrics).toContain('replica_health_status{state="healthy"} 1');
  expect(metrics).toContain('kind="reference"');
  expect(Number(/^replica_certified_height (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThanOrEqual(3);
  const dashboard = await fetch(`${url}/_/dashboard`);
  expect(dashboard.headers.get("content-type")).toContain("text/html");
  const page = await dashboard.text();
  expect(page).toContain("runs no consensus");
  expect(page).toContain("v-test");
  expect((await fetch(`${url}/nothing`)).status).toBe(404);
});

test("SIGTERM ends a replica within 2 s, also with open connections", async () => {
  replica = await startReplica(work.config, state(), "--height-interval", "20");
  await replica.line("state opened");
  // A client in the middle of its request.
  const { hostname, port } = new URL(replica.url);
  const socket = net.connect(Number(port), hostname);
  socket.on("error", () => {});
  socket.write("GET /api/v2/status HTTP/1.1\r\n");
  await new Promise((resolve) => setTimeout(resolve, 100));
  const started = performance.now();
  replica.child.kill("SIGTERM");
  expect(await replica.ended()).toEqual({ code: 0, signal: null });
  expect(performance.now() - started).toBeLessThan(2000);
  socket.destroy();
});

test("a replica ends when its parent is gone", async () => {
  replica = await startReplica(work.config, state(), "--exit-with-parent");
  await replica.line("state opened");
  replica.child.stdin?.destroy();
  expect((await replica.ended()).code).toBe(0);
});

test("a malformed configuration is named by its field, exit code 4", async () => {
  fs.writeFileSync(work.config, '{ http_handler: { listen_addr: "here" } }');
  const service = startService(bundles.replica, ["--config", work.config, "--version", "x"]);
  expect((await service.ended()).code).toBe(4);
  expect(service.text()).toContain("http_handler.listen_addr: expected an address and a port");
});

test("a port that is taken is named, exit code 3", async () => {
  const other = http.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as AddressInfo;
  const service = startService(bundles.replica, ["--config", work.config, "--state-dir", state(), "--http", `127.0.0.1:${port}`, "--metrics", "127.0.0.1:0", "--version", "x"]);
  expect((await service.ended()).code).toBe(3);
  other.close();
  expect(service.text()).toContain(`127.0.0.1:${port}: the port for the replica's HTTP interface is taken`);
});

test("a second replica does not touch the state of the first", async () => {
  replica = await startReplica(work.config, state());
  await replica.line("state opened");
  const second = startService(bundles.replica, ["--config", work.config, "--state-dir", state(), "--http", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--version", "x"]);
  expect((await second.ended()).code).toBe(3);
  expect(second.text()).toContain("another replica uses this state");
});

test("a wrong command line ends with exit code 2", async () => {
  const service = startService(bundles.replica, ["--bogus"]);
  expect((await service.ended()).code).toBe(2);
  expect(service.text()).toContain("--bogus");
});

test("systemd is told when the replica serves", async () => {
  // Node cannot receive datagrams of the Unix kind either: a program in systemd-notify's place shows that it is called.
  const notified = path.join(work.folder, "notified");
  fs.writeFileSync(path.join(work.folder, "systemd-notify"), `#!/bin/sh\necho "$*" > ${notified}.new && mv ${notified}.new ${notified}\n`, { mode: 0o755 });
  const args = ["--config", work.config, "--state-dir", state(), "--http", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--version", "x"];
  const service = startService(bundles.replica, args, { NOTIFY_SOCKET: "/run/none", PATH: `${work.folder}:${process.env["PATH"] ?? "/bin"}` });
  await service.line("state opened");
  await until(async () => fs.existsSync(notified), Boolean);
  expect(fs.readFileSync(notified, "utf8")).toBe("--ready --status=serving\n");
  await kill(service);
});

test("the data API keeps to its limits", async () => {
  replica = await startReplica(work.config, state());
  await replica.line("state opened");
  const data = `${replica.url}/_/data`;
  const put = async (key: string, body: string | Buffer<ArrayBuffer>): Promise<number> => (await fetch(`${data}/${key}`, { method: "PUT", body })).status;
  expect(await put("key", "value")).toBe(204);
  expect(await (await fetch(`${data}/key`)).text()).toBe("value");
  expect(await (await fetch(data)).json()).toEqual(["key"]);
  expect(await put("k".repeat(129), "x")).toBe(400);
  expect(await put("..%2fetc", "x")).toBe(400);
  expect(await put("large", Buffer.alloc(64 * 1024 + 1))).toBe(413);
  expect((await fetch(`${data}/key`, { method: "DELETE" })).status).toBe(204);
  expect((await fetch(`${data}/key`)).status).toBe(404);
});

test("the data API is there only when the configuration says so", async () => {
  fs.writeFileSync(work.config, "{}");
  replica = await startReplica(work.config, state());
  await replica.line("state opened");
  expect((await fetch(`${replica.url}/_/data/key`, { method: "PUT", body: "x" })).status).toBe(404);
});
