import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ExitCode } from "../../lib/failure.ts";
import { FarmClient } from "../client/farm-client.ts";
import { answer, cut, ScriptedServer, type Step } from "../client/testing/scripted-server.ts";
import { VirtualClock } from "../client/testing/virtual-clock.ts";
import { listGroupRecords, type GroupRecord } from "./group-record.ts";
import { inKeptGroup, type GroupHandle } from "./kept-group.ts";
import type { RemoteRequest } from "./request.ts";

let server: ScriptedServer;
let folder = "";
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "kept-group-"));
  process.env["XDG_STATE_HOME"] = folder;
});
afterEach(async () => {
  await server.close();
  fs.rmSync(folder, { recursive: true });
});

const record: GroupRecord = {
  ...{ group: "demo--1", family: "demo", label: "//demo:launch", farm: "http://farm/", vm: "demo", detached: false, createdAt: "2026-01-31T12:00:00Z" },
  process: { pid: process.pid, startTime: "" },
  ...{ ipv6: null, sshCommand: null, consoleUrl: null, api: null },
};
const request = { allocation: "distributeAcrossDcs", hostFeatures: [], target: { name: "demo", siblings: { delete: "//demo:delete" } } } as unknown as RemoteRequest;

/** Runs `work` in a group; the server says 200 but for renewals, which go as `renewals` tells. */
async function run(renewals: Step, work: (handle: GroupHandle, stop: AbortController) => Promise<void>): Promise<void> {
  const route: Step = (exchange) => (exchange.request.url?.endsWith("/ttl/90") === true ? renewals : answer(200))(exchange);
  server = await ScriptedServer.start(route);
  const stop = new AbortController();
  const farm = new FarmClient({ url: server.url, clock: new VirtualClock(), log: () => undefined, signal: stop.signal });
  await inKeptGroup(farm, request, record, stop, (handle) => work(handle, stop));
}

/** Work that ends only when it is aborted. */
const forever = (_: GroupHandle, stop: AbortController): Promise<void> => new Promise((_resolve, reject) => stop.signal.addEventListener("abort", () => reject(stop.signal.reason as Error)));

test("work ends when the group is gone", async () => {
  await expect(run(answer(404, "no group"), forever)).rejects.toMatchObject({ message: "group demo--1 is gone: it was deleted, or it expired", exitCode: ExitCode.refused });
  expect(listGroupRecords()).toEqual([]);
});

test("work ends when the farm does not answer any more; then the group is deleted all the same", async () => {
  await expect(run(cut, forever)).rejects.toMatchObject({ kind: "noAnswer", exitCode: ExitCode.timeout });
  expect(server.asked.slice(-2)).toEqual(["PUT /group/demo--1/ttl/120", "DELETE /group/demo--1"]);
});

test("a farm that is not there: what it may have made, and how to get one", async () => {
  server = await ScriptedServer.start(cut);
  const farm = new FarmClient({ url: server.url, clock: new VirtualClock(), log: () => undefined });
  const failed = inKeptGroup(farm, request, record, new AbortController(), () => Promise.resolve());
  await expect(failed).rejects.toMatchObject({ exitCode: ExitCode.timeout, hint: expect.stringContaining("//tools/farm:server") });
  expect(listGroupRecords()).toEqual([]);
});

test("a group that is left is renewed no more", async () => {
  let renewed = 0;
  const renewal: Step = async (exchange) => {
    renewed++;
    await answer(200)(exchange);
  };
  await run(renewal, async ({ leave }) => {
    while (renewed < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    await leave(3600);
    expect(server.asked.at(-1)).toBe("PUT /group/demo--1/ttl/3600");
  });
  const then = server.seen.length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(server.seen.length).toBe(then);
});

test("a group whose work fails after it was left is deleted", async () => {
  const failing = run(answer(200), async ({ leave }) => {
    await leave(3600);
    throw new Error("stdout is full");
  });
  await expect(failing).rejects.toThrow("stdout is full");
  expect(server.asked.at(-1)).toBe("DELETE /group/demo--1");
});
