import type { CommandModule } from "yargs";
import { formatDuration, parseDuration } from "../farm/launch/duration.ts";
import { ExitCode, Failure } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { readDescription } from "./description.ts";
import { farmClient } from "./farm-client.ts";
import { findTestnet, writeRecord } from "./record.ts";

/** `extend`: lets a testnet on a farm live longer. */
export const extendCommand: CommandModule<object, { target: string; ttl: string }> = {
  command: "extend",
  describe: "Lets a testnet on a farm live for a time from now on. One on this machine lives until :destroy.",
  builder: (yargs) =>
    yargs
      .option("target", { type: "string", demandOption: true, hidden: true })
      .option("ttl", { type: "string", default: "1h", describe: "time from now on, such as 90m or 2h" })
      .example("bazel run TARGET -- --ttl 8h", ""),
  handler: async ({ target, ttl }) => {
    const seconds = parseDuration("--ttl", ttl);
    const testnet = findTestnet(readDescription(target).name);
    if (testnet.farm === undefined) throw new Failure(`testnet ${testnet.testnet} is on this machine: it lives until it is destroyed`, { exitCode: ExitCode.usage, hint: "the :destroy target" });
    await farmClient(testnet.farm.url).setTtl(testnet.farm.group, seconds);
    const expiresAt = new Date(Date.now() + seconds * 1000).toISOString();
    writeRecord({ ...testnet, farm: { ...testnet.farm, expiresAt } });
    log(`testnet ${testnet.testnet} expires in ${formatDuration(seconds)} (${expiresAt})`);
  },
};
