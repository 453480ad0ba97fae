import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../lib/failure.ts";
import { runMain } from "../lib/main.ts";
import { formatStatus } from "../status/format-status.ts";
import { readNodeStatus } from "../status/read-status.ts";
import { findVm } from "./find-vm.ts";

await runMain("status", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("status")
    .usage("bazel run TARGET -- [flags]\n\nShows the state of the node in the running guest. Exit code 5 when it is not healthy.")
    .option("family", { type: "string", demandOption: true, hidden: true, describe: "name of the launch target's guests" })
    .option("vm", { type: "string", describe: "name of the guest, when several run; default: the youngest" })
    .option("json", { type: "boolean", default: false, describe: "one JSON object: vm, api, health, version, implHash, certifiedHeight, rootKey" })
    .example("bazel run TARGET -- --json", "for scripts")
    .strict()
    .version(false)
    .wrap(120)
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "--help" });
    })
    .parseAsync();
  const vm = findVm(flags.family, flags.vm);
  const api = `http://127.0.0.1:${vm.apiPort}`;
  const status = await readNodeStatus(api);
  process.stdout.write(flags.json ? `${JSON.stringify({ vm: vm.vm, api, ...status })}\n` : formatStatus(vm.vm, status));
  if (status.health !== "healthy") process.exitCode = ExitCode.guest;
});
