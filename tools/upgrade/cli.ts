import fs from "node:fs";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { z } from "zod";
import { ExitCode, Failure } from "../lib/failure.ts";
import { findVm } from "../launch/find-vm.ts";
import { userPath } from "../lib/user-path.ts";
import { log, progress, progressDone } from "../lib/log.ts";
import { runMain } from "../lib/main.ts";
import { located } from "../vm/vm-tools.ts";
import { upgradeGuest } from "./upgrade.ts";

/** What the rule `vm_upgrade` writes down: images by name, and the guest's tool. */
const plan = z.strictObject({ images: z.record(z.string(), z.string()), manageboot: z.string() });

await runMain("upgrade", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("upgrade")
    .usage("bazel run TARGET -- [flags]\n\nUpgrades the running guest and follows it until the new system is confirmed (exit code 0) or rolled back (5).")
    .option("family", { type: "string", demandOption: true, hidden: true, describe: "name of the launch target's guests" })
    .option("ssh", { type: "string", demandOption: true, hidden: true, describe: "ssh program" })
    .option("plan", { type: "string", demandOption: true, hidden: true, describe: "what the rule wrote down" })
    .option("vm", { type: "string", describe: "name of the guest, when several run; default: the youngest" })
    .option("image", { type: "string", describe: "which of the target's update images; default: the first" })
    .option("file", { type: "string", describe: "another update image", conflicts: "image" })
    .option("allow-downgrade", { type: "boolean", default: false, describe: "permits a version that is lower than the running one" })
    .option("install-only", { type: "boolean", default: false, describe: "installs it beside the running system and starts nothing" })
    .option("timeout", { type: "number", default: 1200, describe: "seconds for all of it" })
    .option("json", { type: "boolean", default: false, describe: "one JSON object: vm, outcome, from, runs, reason, seconds" })
    .example("bazel run TARGET", "the image of this checkout")
    .example("bazel run TARGET -- --image test", "its twin, which has another version")
    .strict()
    .version(false)
    .wrap(120)
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "--help" });
    })
    .parseAsync();
  const { images, manageboot } = plan.parse(JSON.parse(fs.readFileSync(located(flags.plan), "utf8")));
  const image = flags.file === undefined ? chosen(images, flags.image) : userPath(flags.file);
  if (!fs.existsSync(image)) throw new Failure(`${image}: there is no such file`, { exitCode: ExitCode.usage });
  const vm = findVm(flags.family, flags.vm);
  const guest = { name: vm.vm, ssh: located(flags.ssh), target: { port: vm.sshPort, user: vm.user, key: vm.key } };
  const result = await upgradeGuest({ guest, manageboot, image, allowDowngrade: flags.allowDowngrade, noCommit: flags.installOnly, seconds: flags.timeout, report: (text) => progress(`${vm.vm}: ${text}`) });
  progressDone();
  const { outcome, from, runs, reason, seconds } = result;
  if (flags.json) process.stdout.write(`${JSON.stringify({ vm: vm.vm, ...result })}\n`);
  else if (outcome === "installed") log(`${vm.vm}: installed in ${seconds.install} s beside ${from}; manageboot guestos upgrade-commit starts it`);
  else if (outcome === "confirmed") log(`${vm.vm}: ${from} -> ${runs}, confirmed. Install ${seconds.install} s, answered ${seconds.restart} s after the commit, confirmed after ${seconds.end} s`);
  else log(`${vm.vm}: rolled back to ${runs}, ${seconds.end} s after the commit: ${reason}`);
  if (outcome === "rolled_back") process.exitCode = ExitCode.guest;
});

function chosen(images: Record<string, string>, name: string | undefined): string {
  const image = name === undefined ? Object.values(images)[0] : images[name];
  if (image !== undefined) return located(image);
  throw new Failure(`--image: expected ${Object.keys(images).join(" or ")}, got \`${name}\``, { exitCode: ExitCode.usage });
}
