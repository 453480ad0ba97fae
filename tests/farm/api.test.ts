import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { fileClaimed, filesUploaded } from "../../tools/farm/wire/file.ts";
import { groupCreated, groupList, groupState } from "../../tools/farm/wire/group.ts";
import { retryableHeader } from "../../tools/farm/wire/refusal.ts";
import { vmCreated, vmState } from "../../tools/farm/wire/vm.ts";
import { waitFor } from "../../tools/vm/wait-for.ts";
import { FarmUnderTest, listens, vmRequest } from "./farm-under-test.ts";

const farm = new FarmUnderTest(["--host-feature", "dc=zh1", "--group-vms", "3", "--max-ttl", "1000", "--group-files-mib", "4"]);
beforeAll(() => farm.start());
afterAll(() => farm.cleanUp());

const bytes = randomBytes(100_000);
const sum = createHash("sha256").update(bytes).digest("hex");
const path = "group/life/vm/node-1";

test("a group's life: every answer has the shape of the wire, repeated requests answer as before", async () => {
  const group = { ttl: 600, spec: { vmAllocation: "distributeAcrossDcs", requiredHostFeatures: ["dc=zh1"], metadata: { user: "me" } } };
  const created = groupCreated.parse(await farm.must("POST", "group/life", group));
  expect(Date.parse(created.expiresAt!) - Date.now()).toBeGreaterThan(590_000);
  expect(await farm.must("POST", "group/life", group)).toEqual(created);

  expect((await farm.ask("PUT", `group/life/file/${sum}`)).status).toBe(404);
  expect(filesUploaded.parse((await farm.upload("life", "config.img", bytes)).body)).toEqual({ imageIds: { "config.img": sum } });
  expect(fileClaimed.parse(await farm.must("PUT", `group/life/file/${sum}`)).expiration).toBe(created.expiresAt);

  const request = vmRequest({ _tag: "imageViaId", id: sum }, { primaryImageMinimalSizeGiB: 3 });
  const vm = vmCreated.parse(await farm.must("POST", path, request));
  expect(vm.ipv6).toMatch(/^fd/);
  expect(vm.spec).toEqual({ vCPUs: 1, memoryKiB: 262144 });
  expect(await farm.must("POST", path, request)).toEqual(vm);
  const drives = { drives: [{ _tag: "imageViaId", id: sum, url: null, sha256: null }] };
  await farm.must("PUT", `${path}/drive-templates/usb-storage`, drives);

  const ssh = vm.forwardedPorts!.find((forwarded) => forwarded.guestPort === 22)!.port;
  expect(await listens(ssh)).toBe(false);
  await farm.must("PUT", `${path}/start`);
  await farm.must("PUT", `${path}/start`);
  expect(await listens(ssh)).toBe(true);
  expect(farm.processes().length).toBe(1);
  // The same drives again are no change; others would be, under a running guest.
  await farm.must("PUT", `${path}/drive-templates/usb-storage`, drives);
  expect((await farm.ask("PUT", `${path}/drive-templates/usb-storage`, { drives: [] })).status).toBe(409);
  expect(vmState.parse(await farm.must("GET", path))).toEqual({ ...vm, name: "node-1", state: "running" });
  await farm.must("PUT", `${path}/reboot`);
  const log = String(await farm.must("GET", `${path}/console/log`));
  expect(log).toMatch(/virtio-blk-pci,drive=disk1.*\r\nstand-in: started\r\nstand-in: reset\r\n$/);
  expect(await farm.must("GET", `${path}/console/log?from=${log.length - 7}`)).toBe("reset\r\n");

  await farm.must("PUT", `${path}/destroy`);
  await farm.must("PUT", `${path}/destroy`);
  expect((await farm.must("GET", path)).state).toBe("stopped");
  expect((await farm.ask("PUT", `${path}/reboot`)).status).toBe(409);
  await farm.must("PUT", `${path}/start`);

  expect(groupList.parse(await farm.must("GET", "group")).groups.map((one) => one.name)).toEqual(["life"]);
  expect(groupState.parse(await farm.must("GET", "group/life")).vms?.map((one) => one.state)).toEqual(["running"]);
  await farm.must("DELETE", "group/life");
  expect((await farm.ask("GET", "group/life")).status).toBe(404);
  expect((await farm.ask("DELETE", "group/life")).status).toBe(404);
  expect(await listens(ssh)).toBe(false);
  await farm.waitForNothing();
});

test("a group ends by itself, unless its time is moved", async () => {
  await farm.vm("short", "v", bytes, {}, 2);
  await farm.must("PUT", "group/short/vm/v/start");
  await farm.must("PUT", "group/short/ttl/3");
  await farm.must("POST", "group/long", { ttl: 600, spec: {} });
  await waitFor("the group is gone", async () => ((await farm.ask("GET", "group/short")).status === 404 ? true : undefined), { seconds: 30 });
  await farm.waitForNothing();
  await farm.must("DELETE", "group/long");
});

test("a guest that powers off is seen stopped, and can be started again", async () => {
  await farm.vm("off", "v", bytes);
  await farm.must("PUT", "group/off/vm/v/start");
  process.kill(farm.processes()[0]!, "SIGTERM");
  await waitFor("stopped", async () => ((await farm.must("GET", "group/off/vm/v")).state === "stopped" ? true : undefined), { seconds: 30 });
  await farm.must("PUT", "group/off/vm/v/start");
  expect((await farm.must("GET", "group/off/vm/v")).state).toBe("running");
  await farm.must("DELETE", "group/off");
});

test("a guest that writes to its console without end does not fill the host's disk", async () => {
  await farm.vm("chatty", "v", bytes);
  await farm.must("PUT", "group/chatty/vm/v/start");
  const [folder] = fs.readdirSync(`${farm.stateDir}/vms`);
  const log = `${farm.stateDir}/vms/${folder}/console.log`;
  // A hole counts: the size is what the farm looks at.
  fs.truncateSync(log, 64 * 2 ** 20 + 1);
  await waitFor("the log is emptied", () => (fs.statSync(log).size === 0 ? true : undefined), { seconds: 20 });
  await farm.must("PUT", "group/chatty/vm/v/reboot");
  expect(await farm.must("GET", "group/chatty/vm/v/console/log")).toBe("stand-in: reset\r\n");
  await farm.must("DELETE", "group/chatty");
});

test("each refusal says why, and whether to ask again", async () => {
  await farm.vm("no", "v", bytes);
  const image = { _tag: "imageViaId", id: sum };
  const other = "ab".repeat(32);
  const cases: [string, string, unknown, number, RegExp, boolean][] = [
    ["POST", "group/no", { ttl: 1, spec: {} }, 409, /made by another request/, false],
    ["POST", "group/no", { ttl: 600, spec: { vmAllocation: "anywhere" } }, 400, /json\.spec\.vmAllocation/, false],
    ["POST", "group/x", { ttl: 2000, spec: {} }, 422, /at most 1000 seconds on this farm, got 2000/, false],
    ["POST", "group/x", { ttl: 60, spec: { requiredHostFeatures: ["dc=sf1", "performance"] } }, 422, /no host of this farm has dc=sf1 and performance; its one host has host=.*, dc=zh1/, false],
    ["PUT", "group/no/ttl/0", undefined, 400, /param\.ttl/, false],
    ["POST", "group/no/vm/v", vmRequest(image, { vCPUs: 2 }), 409, /made by another request/, false],
    ["POST", "group/no/vm/w", vmRequest({ _tag: "imageViaId", id: other }), 404, /there is no file abab/, false],
    ["POST", "group/no/vm/w", vmRequest({ _tag: "persistentVolumeClaim", name: "p" }), 422, /no Kubernetes/, false],
    ["POST", "group/no/vm/w", vmRequest({ _tag: "icOsImageViaId", id: sum }), 422, /no archive \(tar; plain, gzip or zstd\) with a file disk\.img/, false],
    ["POST", "group/no/vm/w", vmRequest(image, { vCPUs: 1001 }), 422, /group no: 1001 more vCPUs over its quota of 1000, 1 in use; host/, false],
    ["POST", "group/no/vm/w", vmRequest(image, { qemuCliArgs: ["-drive", "file=/etc/passwd"] }), 403, /qemuCliArgs/, false],
    ["POST", "group/no/vm/w", vmRequest(image, { type: "sev" }), 422, /AMD-SEV-SNP/, false],
    ["PUT", "group/no/vm/v/drive-templates/floppy", { drives: [] }, 404, /expected usb-storage/, false],
    ["PUT", "group/no/vm/w/start", undefined, 404, /has no VM w/, false],
    ["POST", "group/no/dns", [], 404, /no DNS zone/, false],
    ["POST", "group/no/playnet/certificate", undefined, 404, /no playnets/, false],
    ["GET", "nothing", undefined, 404, /there is no GET/, false],
  ];
  for (const [method, where, body, status, message, retryable] of cases) {
    const answer = await farm.ask(method, where, body);
    expect([where, answer.status, answer.body.message]).toEqual([where, status, expect.stringMatching(message)]);
    expect(answer.headers.get(retryableHeader)).toBe(String(retryable));
  }
  for (const name of ["a", "b"]) await farm.must("POST", `group/no/vm/${name}`, vmRequest(image));
  const full = await farm.ask("POST", "group/no/vm/c", vmRequest(image));
  expect([full.status, full.body.message, full.headers.get(retryableHeader)]).toEqual([429, "group no: 1 more VMs over its quota of 3, 3 in use", "true"]);
  const files = await farm.upload("no", "big", Buffer.alloc(4 * 2 ** 20));
  expect([files.status, files.body.message]).toEqual([429, expect.stringMatching(/files of group no may take 4194304 bytes, 4094304 are left/)]);
  await farm.must("DELETE", "group/no");
  await farm.waitForNothing();
});

test("the API describes itself, and says how it is", async () => {
  const description = await farm.must("GET", "openapi.json");
  expect(Object.keys(description.paths)).toEqual(expect.arrayContaining(["/group/{group}", "/group/{group}/vm/{vm}", "/group/{group}/file", "/group/{group}/vm/{vm}/console/"]));
  expect(await farm.must("GET", "swagger-ui")).toContain('src="assets/swagger.js"');
  expect(await farm.must("GET", "assets/swagger.js")).toContain("openapi.json");
  const metrics = String(await farm.must("GET", "metrics"));
  expect(metrics).toMatch(/^farm_groups 0$/m);
  expect(metrics).toMatch(/^farm_vms\{state="running"\} 0$/m);
  expect(metrics).toMatch(/^farm_refused_total\{status="409"\} [1-9]/m);
  expect(metrics).toMatch(/farm_request_seconds_count\{method="POST",route="\/group\/:group\/vm\/:vm",status="200"\}/);
});
