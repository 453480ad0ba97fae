import os from "node:os";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../../../tools/lib/failure.ts";
import { log } from "../../../tools/lib/log.ts";
import { runMain } from "../../../tools/lib/main.ts";
import { waitFor } from "../../../tools/vm/wait-for.ts";
import { churn } from "../../farm/churn.ts";
import { inconsistencies } from "../../farm/consistency.ts";
import { crowd } from "../../farm/crowd.ts";
import { FarmUnderTest } from "../../farm/farm-under-test.ts";
import { killStorm } from "../../farm/kill-storm.ts";

/** Figures of one scenario; a leak or a wrong answer is an error instead. */
type Scenario = (farm: FarmUnderTest, amount: number, seed: number) => Promise<Record<string, number>>;

const scenarios: Readonly<Record<string, Scenario>> = {
  churn: async (farm, groups) => ({ groups, mostVmsAtOnce: await churn(farm, groups, 10, 8) }),
  crowd: async (farm, clients) => {
    const times = (await crowd(farm, clients, false)).sort((a, b) => a - b);
    const at = (part: number): number => Math.round(times[Math.floor(part * (times.length - 1))]!);
    return { clients, requests: times.length, medianMs: at(0.5), p99Ms: at(0.99) };
  },
  kills: async (farm, kills, seed) => {
    const { wrong, ...figures } = await killStorm(farm, kills, seed);
    if (wrong.length > 0) throw new Failure(`wrong answers (seed ${seed}):\n${wrong.join("\n")}`, { exitCode: ExitCode.input });
    let problems: string[] = [];
    await waitFor("the farm is consistent", async () => ((problems = await inconsistencies(farm)).length === 0 ? true : undefined), { seconds: 30, lastSeen: () => problems.join("; ") });
    for (const { name } of (await farm.must("GET", "group")).groups) await farm.ask("DELETE", `group/${name}`);
    return { ...figures };
  },
};

const pinned = { type: "string", demandOption: true, hidden: true } as const;

await runMain("bench", async () => {
  const flags = await yargs(hideBin(process.argv))
    .usage("bazel run //tests/bench/farm [-- OPTIONS]\n\nThe farm server under load and faults, with a stand-in for QEMU. Fails when a VM, file, port or process is left.")
    .option("groups", { type: "number", default: 200, describe: "groups that come and end by themselves" })
    .option("clients", { type: "number", default: 100, describe: "clients at once" })
    .option("kills", { type: "number", default: 50, describe: "times that the server is killed at a random moment" })
    .options({ server: pinned, "stand-in": pinned })
    .option("seed", { type: "number", default: 1, describe: "of the random moments" })
    .example("bazel run //tests/bench/farm -- --kills 500 --seed 7 --groups 0 --clients 0", "")
    .strict()
    .parseAsync();
  process.env["FARM_SERVER"] = flags.server;
  process.env["STAND_IN_QEMU"] = flags.standIn;
  const amounts: Readonly<Record<string, number>> = { churn: flags.groups, crowd: flags.clients, kills: flags.kills };
  const figures: Record<string, object> = {};
  for (const [name, scenario] of Object.entries(scenarios)) {
    const amount = amounts[name]!;
    if (amount === 0) continue;
    log(`${name}: ${amount}`);
    const farm = new FarmUnderTest(["--forward", "22"]);
    try {
      await farm.start();
      const start = performance.now();
      const result = await scenario(farm, amount, flags.seed);
      await farm.waitForNothing();
      figures[name] = { ...result, seconds: Math.round((performance.now() - start) / 100) / 10, left: 0 };
    } finally {
      await farm.cleanUp();
    }
  }
  process.stdout.write(`${JSON.stringify({ processors: os.availableParallelism(), load: os.loadavg()[0], ...figures }, undefined, 2)}\n`);
});
