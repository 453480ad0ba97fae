import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { vmRequest, type Answer, type FarmUnderTest } from "./farm-under-test.ts";
import { below, seeded } from "./seeded.ts";

/** What happened in a storm. */
export interface StormReport {
  kills: number;
  requests: number;
  /** Requests that got no answer. */
  cut: number;
  /** Answers that may not be: a failure of the server, or a refusal without a reason. */
  wrong: string[];
}

/** Clients work with groups and VMs while the server is killed (SIGKILL) at random moments and started again. */
export async function killStorm(farm: FarmUnderTest, kills: number, seed: number, clients = 3): Promise<StormReport> {
  const report: StormReport = { kills: 0, requests: 0, cut: 0, wrong: [] };
  let over = false;
  const work = Array.from({ length: clients }, async (_, index) => {
    const random = seeded(seed * 1000 + index);
    for (let round = 0; !over; round++) await live(farm, `storm-${index}-${round}`, random, report, () => over);
  });
  const random = seeded(seed);
  for (; report.kills < kills; report.kills++) {
    await pause(30 + below(500, random));
    await farm.end("SIGKILL");
    await farm.start();
  }
  over = true;
  await Promise.all(work);
  return report;
}

/** One client with one group: steps in a random order, each asked once. What one refuses is another's business. */
async function live(farm: FarmUnderTest, group: string, random: () => number, report: StormReport, over: () => boolean): Promise<void> {
  let id = "";
  const vm = `group/${group}/vm/v${below(2, random)}`;
  const steps: (() => Promise<Answer>)[] = [
    () => farm.ask("POST", vm, vmRequest({ _tag: "imageViaId", id })),
    () => farm.ask("PUT", `${vm}/drive-templates/usb-storage`, { drives: [{ _tag: "imageViaId", id }] }),
    () => farm.ask("PUT", `${vm}/start`),
    () => farm.ask("PUT", `${vm}/start`),
    () => farm.ask("PUT", `${vm}/reboot`),
    () => farm.ask("PUT", `${vm}/destroy`),
    () => farm.ask("GET", `group/${group}`),
    () => farm.upload(group, "another", randomBytes(below(200_000, random))),
  ];
  await attempt(() => farm.ask("POST", `group/${group}`, { ttl: 3 + below(30, random), spec: {} }), report);
  const uploaded = await attempt(() => farm.upload(group, "disk.img", randomBytes(65536)), report);
  id = uploaded?.body.imageIds?.["disk.img"] ?? "00".repeat(32);
  await attempt(steps[0]!, report);
  for (let step = 0; step < 6 && !over(); step++) await attempt(steps[below(steps.length, random)]!, report);
  // Some groups are left to the collector.
  if (random() < 0.6) await attempt(() => farm.ask("DELETE", `group/${group}`), report);
}

async function attempt(request: () => Promise<Answer>, report: StormReport): Promise<Answer | undefined> {
  report.requests++;
  let answer: Answer;
  try {
    answer = await request();
  } catch {
    // The server is gone or just coming.
    report.cut++;
    await pause(50);
    return undefined;
  }
  const explained = answer.status === 200 || (typeof answer.body?.message === "string" && answer.body.message !== "");
  if (answer.status === 500 || !explained) report.wrong.push(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}
