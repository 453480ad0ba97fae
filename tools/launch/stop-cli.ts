import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { runMain } from "../lib/main.ts";
import { findVm, runningVms } from "./find-vm.ts";
import { stopVm } from "./stop.ts";
import { removeStale } from "./vm-registry.ts";

await runMain("stop", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("stop")
    .usage("bazel run TARGET -- [flags]\n\nEnds the running guest and removes its state (a folder given to --persist stays).")
    .option("family", { type: "string", demandOption: true, hidden: true, describe: "name of the launch target's guests" })
    .option("vm", { type: "string", describe: "name of the guest, when several run; default: the youngest" })
    .option("all", { type: "boolean", describe: "all guests of the target" })
    .option("timeout", { type: "number", default: 30, describe: "seconds for the guest to power off by itself; 0 takes its power at once" })
    .conflicts("vm", "all")
    .strict()
    .version(false)
    .wrap(120)
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "--help" });
    })
    .parseAsync();
  for (const name of removeStale()) log(`removed what ${name} left behind`);
  const running = runningVms(flags.family);
  if (running.length === 0 && flags.vm === undefined) return log(`no guest of ${flags.family} runs`);
  for (const vm of flags.all === true ? running : [findVm(flags.family, flags.vm)]) {
    await stopVm(vm, flags.timeout);
    log(`${vm.vm} stopped${vm.persistent ? `; its disk is in ${vm.stateDir}` : ""}`);
  }
});
