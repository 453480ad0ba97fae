import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../lib/failure.ts";
import { runMain } from "../lib/main.ts";
import { sshArgs } from "../vm/ssh.ts";
import { located } from "../vm/vm-tools.ts";
import { findVm } from "./find-vm.ts";
import { runInForeground } from "./foreground.ts";

await runMain("ssh", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("ssh")
    .usage("bazel run TARGET -- [flags] [COMMAND...]\n\nLogs in to the running guest, or runs a command in it.")
    .option("family", { type: "string", demandOption: true, hidden: true, describe: "name of the launch target's guests" })
    .option("ssh", { type: "string", demandOption: true, hidden: true, describe: "ssh program" })
    .option("vm", { type: "string", describe: "name of the guest, when several run; default: the youngest" })
    .option("user", { type: "string", describe: "account; default: the launch target's" })
    .example("bazel run TARGET -- systemctl --failed", "")
    // What follows the first word belongs to the command.
    .parserConfiguration({ "halt-at-non-option": true })
    .strictOptions()
    .version(false)
    .wrap(120)
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "--help" });
    })
    .parseAsync();
  const vm = findVm(flags.family, flags.vm);
  const args = [...sshArgs({ port: vm.sshPort, user: flags.user ?? vm.user, key: vm.key }), ...flags._.map(String)];
  process.exitCode = await runInForeground(located(flags.ssh), args);
});
