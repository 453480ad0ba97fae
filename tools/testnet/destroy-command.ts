import type { CommandModule } from "yargs";
import { ExitCode, Failure } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { isAlive } from "../vm/process-identity.ts";
import { readDescription } from "./description.ts";
import { destroyTestnet } from "./destroy.ts";
import { readRecord } from "./record.ts";

/** `destroy`: ends the testnet and removes all of it. */
export const destroyCommand: CommandModule<object, { target: string; timeout: number }> = {
  command: "destroy",
  describe: "Ends every node and removes their disks. Also what a killed :create left.",
  builder: (yargs) =>
    yargs
      .option("target", { type: "string", demandOption: true, hidden: true })
      .option("timeout", { type: "number", default: 0, describe: "seconds for the nodes to power off by themselves; 0 takes their power at once" }),
  handler: async ({ target, timeout }) => {
    const { name } = readDescription(target);
    const testnet = readRecord(name);
    if (testnet === undefined) return log(`testnet ${name} does not exist`);
    if (testnet.state === "creating" && isAlive(testnet.creator)) {
      throw new Failure(`testnet ${name} is being created by process ${testnet.creator.pid}`, { exitCode: ExitCode.host, hint: `kill ${testnet.creator.pid}: it removes what it has made` });
    }
    await destroyTestnet(testnet, timeout);
    log(`testnet ${name} is destroyed`);
  },
};
