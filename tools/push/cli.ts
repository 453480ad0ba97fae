import fs from "node:fs";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { findVm } from "../launch/find-vm.ts";
import { ExitCode, Failure } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { runMain } from "../lib/main.ts";
import { located } from "../vm/vm-tools.ts";
import { builtFiles, readPushPlan } from "./push-plan.ts";
import { push, revert } from "./push.ts";

await runMain("push", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("push")
    .usage("bazel run TARGET -- [flags]\n\nBrings changed programs into the running guest and restarts their services, without a reboot. The next boot has the image's own again.")
    .option("family", { type: "string", demandOption: true, hidden: true, describe: "name of the launch target's guests" })
    .option("ssh", { type: "string", demandOption: true, hidden: true, describe: "ssh program" })
    .option("plan", { type: "string", demandOption: true, hidden: true, describe: "what the rule wrote down" })
    .option("vm", { type: "string", describe: "name of the guest, when several run; default: the youngest" })
    .option("revert", { type: "boolean", default: false, describe: "takes back what was pushed" })
    .option("timeout", { type: "number", default: 120, describe: "seconds for each command in the guest" })
    .option("json", { type: "boolean", default: false, describe: "one JSON object: vm, changed, restarted, version, bytes, seconds" })
    .example("bazel run TARGET", "after a change of a service")
    .example("bazel run TARGET -- --revert", "")
    .strict()
    .version(false)
    .wrap(120)
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "--help" });
    })
    .parseAsync();
  const plan = readPushPlan(located(flags.plan));
  const vm = findVm(flags.family, flags.vm);
  const guest = { name: vm.vm, ssh: located(flags.ssh), target: { port: vm.sshPort, user: vm.user, key: vm.key } };
  const result = flags.revert
    ? await revert(guest, plan.name, flags.timeout)
    : await push({ guest, name: plan.name, versionPath: plan.versionPath, version: fs.readFileSync(located(plan.version), "utf8"), files: builtFiles(plan, located), seconds: flags.timeout });
  const { changed, restarted, version, bytes, seconds } = result;
  if (flags.json) return void process.stdout.write(`${JSON.stringify({ vm: vm.vm, ...result })}\n`);
  const restarts = restarted.length === 0 ? "nothing restarted" : `restarted ${restarted.join(", ")}`;
  if (flags.revert) log(`${vm.vm}: the image's own programs run; ${restarts}; ${seconds} s`);
  else if (changed.length === 0) log(`${vm.vm}: nothing to push, the guest runs what is built here; ${seconds} s`);
  else log(`${vm.vm}: pushed ${changed.join(", ")} (${(bytes / 1e6).toFixed(1)} MB) as ${version}; ${restarts}; ${seconds} s`);
});
