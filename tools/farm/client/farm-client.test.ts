import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ExitCode } from "../../lib/failure.ts";
import { eventLine, vmCreatedEvent } from "./events.ts";
import { FarmClient } from "./farm-client.ts";
import { keepAlive } from "./keep-alive.ts";
import { groupMetadata } from "./metadata.ts";
import { answer, cut, cutInBody, ScriptedServer, type Step } from "./testing/scripted-server.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";

let server: ScriptedServer;
let lines: string[];
let folder = "";
let servers: ScriptedServer[];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "farm-client-"));
  servers = [];
});
afterEach(async () => {
  fs.rmSync(folder, { recursive: true });
  for (const one of servers) await one.close();
});

async function client(...steps: Step[]): Promise<FarmClient> {
  server = await ScriptedServer.start(...steps);
  servers.push(server);
  lines = [];
  return new FarmClient({ url: server.url, token: "secret", clock: new VirtualClock(), log: (line) => void lines.push(line) });
}

const sum = "ab".repeat(32);
const created = { ipv6: "fd00::1", mac6: "6a:01:00:00:00:01", hostname: "host-1", spec: { vCPUs: 2, memoryKiB: 25165824 } };
const vm = { type: "production", vCPUs: 2, memoryKiB: 25165824, primaryImage: { _tag: "icOsImageViaUrl", url: "http://store/cas/x", sha256: sum } } as const;

test("each endpoint: method, path, body", async () => {
  const farm = await client(
    ...[answer(200, { expiresAt: "2026-01-31T12:00:00Z" }), answer(200, { expiresAt: "2026-01-31T12:00:00Z" }), answer(200)],
    ...[answer(200, created), answer(200), answer(200), answer(200), answer(200)],
    ...[answer(200, { suffix: "g.example" }), answer(200, { suffix: "ic1.example" }), answer(200, { playnet: "ic1.example", cert: { privKeyPem: "a", certPem: "b", chainPem: "c" } })],
  );
  const record = { name: "a", type: "AAAA" as const, records: ["fd00::1"] };
  expect(await farm.createGroup("g", { ttl: 90, spec: { vmAllocation: "distributeAcrossDcs", metadata: groupMetadata("dev", { USER: "me" }) } })).toEqual({ expiresAt: "2026-01-31T12:00:00Z" });
  expect(await farm.group("g")).toEqual({ expiresAt: "2026-01-31T12:00:00Z" });
  await farm.setTtl("g", 3600);
  expect(await farm.createVm("g", "v", vm)).toEqual(created);
  await farm.attachUsbDrives("g", "v", [{ _tag: "imageViaId", id: sum }]);
  await farm.startVm("g", "v");
  await farm.rebootVm("g", "v");
  await farm.destroyVm("g", "v");
  expect(await farm.createDns("g", [record])).toBe("g.example");
  expect(await farm.createPlaynetDns("g", [record])).toBe("ic1.example");
  expect(await farm.playnetCertificate("g")).toMatchObject({ playnet: "ic1.example" });
  expect(server.seen.map(({ method, path: asked, body }) => [`${method} ${asked}`, body.length === 0 ? undefined : (JSON.parse(body.toString()) as unknown)])).toEqual([
    ["POST /group/g", { ttl: 90, spec: { vmAllocation: "distributeAcrossDcs", requiredHostFeatures: [], preferredNetwork: null, metadata: { user: "me", jobSchedule: "manual", testName: "dev" } } }],
    ["GET /group/g", undefined],
    ["PUT /group/g/ttl/3600", undefined],
    ["POST /group/g/vm/v", { ...vm, qemuCliArgs: [], primaryImageMinimalSizeGiB: null, hasIPv4: false, vmAllocation: null, requiredHostFeatures: [] }],
    ["PUT /group/g/vm/v/drive-templates/usb-storage", { drives: [{ _tag: "imageViaId", id: sum, url: null, sha256: null }] }],
    ["PUT /group/g/vm/v/start", undefined],
    ["PUT /group/g/vm/v/reboot", undefined],
    ["PUT /group/g/vm/v/destroy", undefined],
    ["POST /group/g/dns", [record]],
    ["POST /group/g/playnet/dns", [record]],
    ["POST /group/g/playnet/certificate", undefined],
  ]);
  for (const { headers } of server.seen) expect(headers).toMatchObject({ accept: "application/json", "content-type": "application/json", authorization: "Bearer secret" });
  expect(farm.consoleUrl("g", "v")).toBe(`${server.url}group/g/vm/v/console/`);
});

test("each endpoint: how often it is tried", async () => {
  const config = file(10).path;
  const calls: Record<string, (farm: FarmClient) => Promise<unknown>> = {
    createGroup: (farm) => farm.createGroup("g", { spec: {} }),
    group: (farm) => farm.group("g"),
    setTtl: (farm) => farm.setTtl("g", 1),
    createVm: (farm) => farm.createVm("g", "v", vm),
    attachUsbDrives: (farm) => farm.attachUsbDrives("g", "v", []),
    startVm: (farm) => farm.startVm("g", "v"),
    rebootVm: (farm) => farm.rebootVm("g", "v"),
    destroyVm: (farm) => farm.destroyVm("g", "v"),
    claimFile: (farm) => farm.claimFile("g", sum),
    uploadFile: (farm) => farm.uploadFile("g", config),
    createDns: (farm) => farm.createDns("g", []),
    createPlaynetDns: (farm) => farm.createPlaynetDns("g", []),
    playnetCertificate: (farm) => farm.playnetCertificate("g"),
  };
  const busy: Step = async ({ request, response, read }) => {
    await read();
    response.writeHead(uploading && request.method === "PUT" ? 404 : 503).end();
  };
  let uploading = false;
  const tried: Record<string, number> = {};
  for (const [name, call] of Object.entries(calls)) {
    uploading = name === "uploadFile";
    await expect(call(await client(busy))).rejects.toMatchObject({ status: 503 });
    tried[name] = server.seen.length - (uploading ? 1 : 0);
  }
  const std = { createGroup: 23, setTtl: 23, startVm: 23, rebootVm: 23, destroyVm: 23, claimFile: 23 };
  const long = { createVm: 48, attachUsbDrives: 48, uploadFile: 48, createDns: 48, createPlaynetDns: 48, playnetCertificate: 48 };
  expect(tried).toEqual({ ...std, ...long, group: 1 });
});

test("an answer that is no JSON, or of another shape, is shown; it is not asked for again", async () => {
  const farm = await client(answer(200, "<html>"), answer(200, { ...created, ipv6: "nowhere", spec: {} }));
  await expect(farm.createVm("g", "v", vm)).rejects.toMatchObject({ kind: "invalidAnswer", exitCode: ExitCode.refused, message: expect.stringContaining('expected JSON, got "<html>"') });
  const failure = farm.createVm("g", "v", vm);
  await expect(failure).rejects.toThrow("the answer is not as it should be");
  await expect(failure).rejects.toThrow(/ipv6[^]*vCPUs[^]*memoryKiB/);
  expect(server.seen.length).toBe(2);
});

test("a farm that says nothing about the group it made", async () => {
  const farm = await client(answer(201), answer(200, "OK"), answer(200, { expiresAt: "soon" }));
  for (let times = 0; times < 3; times++) expect(await farm.createGroup("g", { ttl: 90, spec: {} })).toEqual({});
});

const upload = (name: "imageIds" | "fileIds", tamper: (ids: Record<string, string>) => object = (ids) => ids): Step => async ({ response, read }) => {
  const { headers, body } = await read();
  const boundary = /boundary=(.+)$/.exec(headers["content-type"] ?? "")?.[1] ?? "";
  const text = body.toString("latin1");
  const [head, ...parts] = text.split(`--${boundary}`);
  const part = /^\r\nContent-Disposition: form-data; name="([^"]+)"; filename="\1"\r\nContent-Type: application\/octet-stream\r\n\r\n([^]*)\r\n$/.exec(parts[0] ?? "");
  const well = head === "" && parts.length === 2 && parts[1] === "--\r\n" && Number(headers["content-length"]) === body.length && part !== null;
  const id = createHash("sha256").update(Buffer.from(part?.[2] ?? "", "latin1")).digest("hex");
  response.writeHead(well ? 200 : 400).end(well ? JSON.stringify({ [name]: tamper({ [part[1]!]: id }) }) : text.slice(0, 300));
};

function file(bytes: number): { path: string; id: string } {
  const content = randomBytes(bytes);
  const target = path.join(folder, "config.img");
  fs.writeFileSync(target, content);
  return { path: target, id: createHash("sha256").update(content).digest("hex") };
}

test.each(["imageIds", "fileIds"] as const)("an upload asks for the hash first; the answer may say %s", async (generation) => {
  const farm = await client(answer(404), upload(generation));
  const { path: config, id } = file(3_000_001);
  const sent: number[] = [];
  expect(await farm.uploadFile("g", config, { onSent: (bytes) => void sent.push(bytes) })).toEqual({ id, sent: true });
  expect(server.asked).toEqual([`PUT /group/g/file/${id}`, "POST /group/g/file"]);
  expect(sent.length).toBeGreaterThan(5);
  expect(sent.at(-1)).toBe(3_000_001);
});

test("a file that is there is not sent", async () => {
  const farm = await client(answer(200, { expiration: "2026-01-31T12:00:00Z" }));
  const { path: config, id } = file(10);
  expect(await farm.uploadFile("g", config)).toEqual({ id, sent: false });
  expect(server.asked).toEqual([`PUT /group/g/file/${id}`]);
});

test("a cut upload is sent whole again, and so is one that got a 5xx early", async () => {
  const early: Step = ({ response }) => void response.writeHead(503, { Connection: "close" }).end("busy");
  const farm = await client(answer(404), cutInBody, early, upload("imageIds"));
  const { path: config, id } = file(5_000_000);
  expect(await farm.uploadFile("g", config)).toEqual({ id, sent: true });
  expect(server.began).toBe(4);
  expect(lines.length).toBe(2);
});

test("another id, another name, or more than one is no success", async () => {
  const tampered: ((ids: Record<string, string>) => object)[] = [() => ({ "config.img": sum }), (ids) => ({ other: Object.values(ids)[0] }), (ids) => ({ ...ids, more: sum }), () => ({})];
  for (const tamper of tampered) {
    const farm = await client(answer(404), upload("imageIds", tamper));
    await expect(farm.uploadFile("g", file(10).path)).rejects.toMatchObject({ kind: "invalidAnswer", message: expect.stringContaining("for config.img and no other") });
  }
});

test("a file that cannot be read is no matter of the farm", async () => {
  const farm = await client(answer(404));
  await expect(farm.uploadFile("g", path.join(folder, "none"))).rejects.toMatchObject({ exitCode: ExitCode.input, message: expect.stringContaining("ENOENT") });
  expect(server.began).toBe(0);
});

test("redirects: kept as they are or not followed, the token stays with its farm", async () => {
  const away = await ScriptedServer.start(upload("imageIds"));
  servers.push(away);
  const farm = await client(answer(404), answer(307, "", { location: `${away.url}elsewhere` }), answer(308, "", { location: "/moved" }), answer(200, { expiration: null }), answer(302, "", { location: away.url }), answer(200));
  const { path: config, id } = file(1_000_000);
  expect(await farm.uploadFile("g", config)).toEqual({ id, sent: true });
  expect(away.asked).toEqual(["POST /elsewhere"]);
  expect(away.seen[0]?.headers.authorization).toBeUndefined();
  expect(await farm.claimFile("g", sum)).toEqual({ expiration: null });
  expect(server.seen.at(-1)).toMatchObject({ method: "PUT", path: "/moved", headers: { authorization: "Bearer secret" } });
  await farm.startVm("g", "v");
  expect(lines).toEqual([expect.stringContaining(`status 302 to ${away.url}; again in 5 s`)]);
});

test("a redirect in a circle ends", async () => {
  const farm = await client(answer(307, "", { location: "/group/g" }));
  await expect(farm.group("g")).rejects.toThrow("more than 5 redirects");
});

test("deleting: two minutes for the collector, then one attempt of DELETE", async () => {
  let farm = await client(answer(200));
  await farm.deleteGroup("g");
  expect(server.asked).toEqual(["PUT /group/g/ttl/120", "DELETE /group/g"]);
  farm = await client(answer(404));
  await farm.deleteGroup("g");
  farm = await client(answer(200), answer(404));
  await farm.deleteGroup("g");
  farm = await client(answer(200), answer(500, "stuck"), answer(200));
  await expect(farm.deleteGroup("g")).rejects.toMatchObject({ status: 500 });
  expect(server.seen.length).toBe(2);
  farm = await client(...Array<Step>(23).fill(cut), answer(200));
  await farm.deleteGroup("g");
  expect(server.asked.at(-1)).toBe("DELETE /group/g");
});

test("kept alive every 30 s until told to stop, or until the farm says no", async () => {
  let farm = await client(answer(200), answer(500), answer(200), answer(404, "expired"));
  await expect(keepAlive(farm, "g", new AbortController().signal)).rejects.toMatchObject({ kind: "notFound" });
  expect(server.asked).toEqual(Array(4).fill("PUT /group/g/ttl/90"));
  const stop = new AbortController();
  farm = await client(async ({ response, read }) => {
    await read();
    if (server.seen.length === 3) stop.abort();
    response.end();
  });
  await keepAlive(farm, "g", stop.signal);
  expect([server.seen.length, farm.clock.now()]).toEqual([3, 90_000]);
});

test("metadata and events as programs expect them", () => {
  expect(groupMetadata("t", {})).toEqual({ user: "unknown", jobSchedule: "manual", testName: "t" });
  expect(groupMetadata("t", { HOSTUSER: "host", USER: "root", CI_JOB_NAME: "nightly" })).toEqual({ user: "host", jobSchedule: "nightly", testName: "t" });
  expect(eventLine(vmCreatedEvent("main", created))).toBe(
    '{"event_name":"farm_vm_created_event","body":{"vm_name":"main","hostname":"host-1","ipv6":"fd00::1","v_cpus":2,"memory_ki_b":25165824}}',
  );
});

test.each(["farm.example.org", "ftp://farm/", "http://me:secret@farm/", "http://farm/?x", ""])("%j is no farm", (url) => {
  expect(() => new FarmClient({ url, log: () => undefined })).toThrow("expected an http or https URL");
});
