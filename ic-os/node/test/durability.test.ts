import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { readStatus, startReplica, until, type RunningReplica } from "./replica-client.ts";
import { kill, workFolder } from "./service-process.ts";

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

/** Writes keys one after the other until the replica is gone; tells those that it confirmed. */
async function writeUntilGone(url: string, round: number, confirmed: Map<string, string>): Promise<void> {
  for (let n = 0; ; n++) {
    const key = `${round}-${n}`;
    try {
      const answer = await fetch(`${url}/_/data/${key}`, { method: "PUT", body: `value of ${key}` });
      if (answer.status !== 204) return;
      confirmed.set(key, `value of ${key}`);
    } catch {
      return;
    }
  }
}

test("20 kills at random moments lose no confirmed height and no confirmed data", async () => {
  const confirmed = new Map<string, string>();
  let height = 0;
  let rootKey = "";
  for (let round = 0; round < 20; round++) {
    replica = await startReplica(work.config, state(), "--height-interval", "5");
    const { url } = replica;
    const opened = await replica.line("state opened");
    expect(Number(opened["height"])).toBeGreaterThanOrEqual(height);
    const key = Buffer.from((await readStatus(url)).root_key ?? []).toString("hex");
    if (round > 0) expect(key).toBe(rootKey);
    rootKey = key;

    const writing = writeUntilGone(url, round, confirmed);
    const killAt = performance.now() + 20 + Math.random() * 200;
    while (performance.now() < killAt) {
      const seen = (await readStatus(url)).certified_height;
      expect(seen).toBeGreaterThanOrEqual(height);
      height = seen;
    }
    await kill(replica);
    await writing;
  }
  expect(confirmed.size).toBeGreaterThan(20);
  expect(height).toBeGreaterThan(20);

  replica = await startReplica(work.config, state());
  const { url } = replica;
  expect(Number((await replica.line("state opened"))["height"])).toBeGreaterThanOrEqual(height);
  for (const [key, value] of confirmed) expect(await (await fetch(`${url}/_/data/${key}`)).text()).toBe(value);
}, 120_000);

test("a write that the power cut through is cut from the state, said, and counted", async () => {
  replica = await startReplica(work.config, state(), "--height-interval", "10");
  const { url } = replica;
  await until(() => readStatus(url), (status) => status.certified_height >= 5);
  await kill(replica);
  const file = path.join(state(), "state.log");
  const size = fs.statSync(file).size;
  fs.truncateSync(file, size - 3);

  // No height for a minute: what is seen is what was recovered.
  replica = await startReplica(work.config, state(), "--height-interval", "60000");
  const cut = await replica.line("cut an unfinished write from the end of the state");
  expect(Number(cut["bytes"])).toBeGreaterThan(0);
  expect(fs.statSync(file).size).toBe(size - 3 - Number(cut["bytes"]));
  const metrics = await (await fetch(replica.metricsUrl)).text();
  expect(metrics).toContain(`replica_state_cut_bytes ${String(cut["bytes"])}\n`);
  expect((await readStatus(replica.url)).certified_height).toBeGreaterThanOrEqual(4);
});

test("damaged state is refused with exit code 4, and not changed", async () => {
  replica = await startReplica(work.config, state(), "--height-interval", "10");
  const { url } = replica;
  await until(() => readStatus(url), (status) => status.certified_height >= 5);
  await kill(replica);
  const file = path.join(state(), "state.log");
  const damaged = fs.readFileSync(file);
  damaged[50] = (damaged[50] ?? 0) ^ 1;
  fs.writeFileSync(file, damaged);

  replica = await startReplica(work.config, state());
  expect((await replica.ended()).code).toBe(4);
  expect(replica.text()).toContain("confirmed data is damaged");
  expect(fs.readFileSync(file)).toEqual(damaged);
});
