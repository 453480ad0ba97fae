import { afterEach, expect, test } from "@jest/globals";
import { ExitCode } from "../../lib/failure.ts";
import { FarmClient } from "./farm-client.ts";
import { FarmFailure } from "./failures.ts";
import { answer, cut, halfBody, ScriptedServer, type Step } from "./testing/scripted-server.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";

let server: ScriptedServer;
let servers: ScriptedServer[] = [];
let clock: VirtualClock;
let lines: string[];
afterEach(async () => {
  for (const one of servers) await one.close();
  servers = [];
});

async function client(...steps: Step[]): Promise<FarmClient> {
  server = await ScriptedServer.start(...steps);
  servers.push(server);
  clock = new VirtualClock();
  lines = [];
  return new FarmClient({ url: server.url, clock, log: (line) => void lines.push(line) });
}

const failureOf = (work: Promise<unknown>): Promise<FarmFailure> =>
  work.then(
    () => {
      throw new Error("expected a failure");
    },
    (error: unknown) => error as FarmFailure,
  );
const ok = answer(200, { expiration: null });
/** Lets the client's patience end instead of answering. */
const tooSlow: Step = async ({ read }) => {
  await read();
  clock.expire();
};
const createVm = { type: "production", vCPUs: 2, memoryKiB: 1024, primaryImage: { _tag: "imageViaId", id: "ab".repeat(32) } } as const;

test("std: every 5 s while more than 5 s of 120 s are left", async () => {
  const farm = await client(answer(503, "busy"));
  const failure = await failureOf(farm.setTtl("g", 90));
  expect(failure).toMatchObject({ kind: "tooManyRefusals", status: 503, exitCode: ExitCode.refused });
  expect(failure.message).toBe(`PUT ${server.url}group/g/ttl/90: too many retries: gave up after 23 attempts in 115 s; the last problem was the farm's processing: status 503: busy`);
  expect(server.asked).toEqual(Array(23).fill("PUT /group/g/ttl/90"));
  expect(lines[0]).toBe(`error: PUT ${server.url}group/g/ttl/90: status 503: busy; again in 5 s`);
});

test("long: every 10 s while more than 20 s of 500 s are left", async () => {
  const farm = await client(answer(500));
  expect(await failureOf(farm.createVm("g", "v", createVm))).toMatchObject({ kind: "tooManyRefusals", status: 500 });
  expect([server.seen.length, clock.now()]).toEqual([48, 480_000]);
});

test("no other 4xx than 404 is final, as a warning", async () => {
  const farm = await client(answer(429), answer(400), answer(200));
  await farm.startVm("g", "v");
  expect([server.seen.length, clock.now()]).toEqual([3, 10_000]);
  expect(lines).toEqual([429, 400].map((status) => `warning: PUT ${server.url}group/g/vm/v/start: status ${status}; again in 5 s`));
});

test("404 is final", async () => {
  const farm = await client(answer(404, '{"message": "no group g", "hint": "create it"}'));
  expect(await failureOf(farm.setTtl("g", 90))).toMatchObject({ kind: "notFound", exitCode: ExitCode.refused, message: expect.stringContaining("status 404: no group g"), hint: "create it" });
  expect(server.seen.length).toBe(1);
});

test("a refusal that says so is final, a token is asked for", async () => {
  const farm = await client(answer(401, '{"message": "no token"}', { "icos-farm-retryable": "false" }));
  expect(await failureOf(farm.createGroup("g", { ttl: 90, spec: {} }))).toMatchObject({ kind: "refused", hint: "set ICOS_FARM_TOKEN to a token of this farm" });
  expect(server.seen.length).toBe(1);
});

test("cut connections and half answers are tried again", async () => {
  const farm = await client(cut, halfBody, ok);
  expect(await farm.claimFile("g", "ab".repeat(32))).toEqual({ expiration: null });
  expect(lines[0]).toMatch(/socket hang up; again in 5 s$/);
  expect(lines[1]).toMatch(/aborted; again in 5 s$/);
});

test("a farm that is never heard: exit code 6", async () => {
  const farm = await client(cut);
  const failure = await failureOf(farm.setTtl("g", 90));
  expect(failure).toMatchObject({ kind: "noAnswer", exitCode: ExitCode.timeout, status: undefined });
  expect(failure.message).toContain("gave up after 23 attempts in 115 s; the last problem was sending it");
});

test("no server at all", async () => {
  const farm = await client(cut);
  await server.close();
  expect(await failureOf(farm.setTtl("g", 90))).toMatchObject({ kind: "noAnswer", message: expect.stringContaining("ECONNREFUSED") });
});

test("an attempt takes at most the profile's time, the last one what is left", async () => {
  const farm = await client(tooSlow);
  const failure = await failureOf(farm.setTtl("g", 90));
  // 60 s, a pause of 5 s, 55 s: then nothing is left.
  expect(lines.map((line) => /no answer within [\d.]+ s/.exec(line)?.[0])).toEqual(["no answer within 60 s", "no answer within 55 s"]);
  expect(failure.message).toContain("gave up after 2 attempts");
});

test("slow is not wrong", async () => {
  const farm = await client(async ({ response, read }) => {
    await read();
    clock.advance(59_000);
    response.end();
  });
  await farm.startVm("g", "v");
  expect([lines, clock.now()]).toEqual([[], 59_000]);
});

test("no answer, then conflict: the first attempt had made the group", async () => {
  const farm = await client(cut, answer(409, "exists"));
  expect(await farm.createGroup("g", { ttl: 90, spec: {} })).toEqual({});
  const other = await client(answer(409, "exists"), answer(200, { expiresAt: "2026-01-31T12:00:00Z" }));
  expect(await other.createGroup("g", { ttl: 90, spec: {} })).toEqual({ expiresAt: "2026-01-31T12:00:00Z" });
  expect(lines).toEqual([expect.stringContaining("status 409: exists")]);
});

test("one attempt where the API has no profile", async () => {
  const farm = await client(answer(500, "oops"));
  expect(await failureOf(farm.group("g"))).toMatchObject({ status: 500 });
  expect(server.seen.length).toBe(1);
});

test("an abort ends requests and pauses at once, with its reason", async () => {
  const farm = await client(answer(500));
  const abort = new AbortController();
  const reason = new Error("enough");
  const waiting = failureOf(farm.withSignal(abort.signal).setTtl("g", 90));
  abort.abort(reason);
  expect(await waiting).toBe(reason);

  const hanging = await client(async ({ read }) => {
    await read();
    later.abort(reason);
  });
  const later = new AbortController();
  expect(await failureOf(hanging.withSignal(later.signal).setTtl("g", 90))).toBe(reason);
  expect(server.seen.length).toBe(1);
});
