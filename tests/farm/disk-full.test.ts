import { randomBytes } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { waitFor } from "../../tools/vm/wait-for.ts";
import { FarmUnderTest, vmRequest } from "./farm-under-test.ts";

let farm: FarmUnderTest;
// A disk of 24 MiB that is the server's alone: its own mount namespace, no rights needed.
const smallDisk = (folder: string): string[] => ["unshare", "--map-root-user", "--mount", "sh", "-c", `mount -t tmpfs -o size=24m tmpfs '${folder}' && exec "$@"`, "sh"];

afterEach(() => farm.cleanUp());

async function startOnSmallDisk(flags: readonly string[]): Promise<void> {
  farm = new FarmUnderTest(flags);
  await farm.start(smallDisk(farm.stateDir));
  await farm.must("POST", "group/g", { ttl: 600, spec: {} });
}

test("a disk that fills up refuses uploads and VMs, and the farm goes on when there is space again", async () => {
  await startOnSmallDisk([]);
  const small = await farm.upload("g", "small", randomBytes(2 ** 20));
  expect(small.status).toBe(200);
  let last = small;
  for (let file = 0; file < 40 && last.status === 200; file++) last = await farm.upload("g", `file-${file}`, randomBytes(2 ** 20));
  expect([last.status, last.body.message]).toEqual([507, expect.stringMatching(/disk/)]);
  // Fill what is left to the last byte: now nothing can be written, not even a row.
  for (let size = 2 ** 19; size > 256; size /= 2) while ((await farm.upload("g", "rest", randomBytes(size))).status === 200);
  const vm = await farm.ask("POST", "group/g/vm/v", vmRequest({ _tag: "imageViaId", id: small.body.imageIds.small }));
  expect([vm.status, vm.body.message]).toEqual([507, "the farm's disk is full"]);
  const group = await farm.ask("POST", "group/another", { ttl: 600, spec: { metadata: { user: "x".repeat(100_000) } } });
  expect([group.status, group.body.message]).toEqual([507, "the farm's disk is full"]);
  expect((await farm.ask("GET", "group/g")).status).toBe(200);
  // Removal is what makes space: it must work without any.
  await farm.must("DELETE", "group/g");
  await farm.must("POST", "group/g", { ttl: 600, spec: {} });
  await waitFor("space again", async () => ((await farm.upload("g", "small", randomBytes(2 ** 20))).status === 200 ? true : undefined), { seconds: 20 });
});

test("the reserve stays free", async () => {
  await startOnSmallDisk(["--reserve-mib", "20"]);
  const answer = await farm.upload("g", "big", randomBytes(8 * 2 ** 20));
  expect([answer.status, answer.body.message]).toEqual([507, expect.stringMatching(/20 MiB of it reserved/)]);
});

test("uploads that are cut leave nothing, at whatever byte", async () => {
  farm = await new FarmUnderTest().start();
  await farm.must("POST", "group/g", { ttl: 600, spec: {} });
  const body = Buffer.concat([Buffer.from('--b\r\nContent-Disposition: form-data; name="f"\r\n\r\n'), randomBytes(500_000), Buffer.from("\r\n--b--\r\n")]);
  for (const sent of [0, 10, 60, 1000, 300_000, body.length - 3, body.length - 1]) {
    const request = http.request(`${farm.url}/group/g/file`, { method: "POST", headers: { "content-type": "multipart/form-data; boundary=b", "content-length": body.length } });
    request.on("error", () => undefined);
    await new Promise((resolve) => request.write(body.subarray(0, Math.max(1, sent)), resolve));
    if (sent >= 1000) await waitFor("the server has some of it", () => (fs.readdirSync(path.join(farm.stateDir, "incoming")).length > 0 ? true : undefined), { seconds: 20 });
    request.destroy();
  }
  await waitFor("nothing is left", () => (fs.readdirSync(path.join(farm.stateDir, "incoming")).length === 0 ? true : undefined), { seconds: 20 });
  expect(fs.readdirSync(path.join(farm.stateDir, "files"))).toEqual([]);
  expect((await farm.upload("g", "f", randomBytes(1000))).status).toBe(200);
});
