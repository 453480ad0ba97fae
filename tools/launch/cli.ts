import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { configLayouts } from "../config/config-volume.ts";
import { ExitCode, Failure } from "../lib/failure.ts";
import { runMain } from "../lib/main.ts";
import { userPath } from "../lib/user-path.ts";
import { defaultCpus } from "../vm/accelerator.ts";
import { locateTools } from "../vm/vm-tools.ts";
import { readDescription } from "./description.ts";
import { dryRun, formatDryRun } from "./dry-run.ts";
import { parseCount, parseMemory, parsePort } from "./flags.ts";
import { readGuestConfig } from "./guest-config.ts";
import { launch } from "./launch.ts";
import type { LaunchRequest } from "./request.ts";

await runMain("launch", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("launch")
    .usage("bazel run TARGET -- [flags]\n\nStarts the image in a virtual machine on this host. Ctrl-A x ends it.")
    .option("target", { type: "string", demandOption: true, hidden: true, describe: "description that the rule wrote" })
    .option("memory", { type: "string", describe: "memory: MiB, or a size such as 4G" })
    .option("cpus", { type: "number", describe: "processors; default 2 with KVM, 1 emulated" })
    .option("ssh-port", { type: "number", describe: "port of 127.0.0.1 for SSH; default 2222, or a free one" })
    .option("api-port", { type: "number", describe: "port of 127.0.0.1 for the guest's port 8080; default 8080, or a free one" })
    .option("ssh-key", { type: "string", describe: "public key that may log in; default ~/.ssh/id_{ed25519,ecdsa,rsa}.pub, else a throw-away key" })
    .option("config", { type: "string", describe: "config.json for the guest; default: one for a guest on this machine. See docs/config.md" })
    .option("hostname", { type: "string", describe: "name of the guest" })
    .option("inject", { type: "string", array: true, nargs: 1, describe: "NAME=PATH: give the guest ic_crypto, ic_state, ic_registry_local_store or nns_public_key" })
    .option("config-layout", { choices: configLayouts, default: "files" as const, describe: "how the CONFIG volume holds it: files, or one ic-bootstrap.tar" })
    .option("persist", { type: "string", describe: "folder that keeps disk and state for the next launch" })
    .option("append", { type: "string", describe: "more kernel arguments" })
    .option("disk", { type: "string", describe: "boot this disk image instead; it is not written to" })
    .option("accelerator", { choices: ["kvm", "tcg"] as const, describe: "how the guest's instructions run: by the processor, or emulated" })
    .option("no-kvm", { type: "boolean", describe: "same as --accelerator tcg" })
    .option("wait", { choices: ["ssh", "console", "healthy"] as const, describe: "say when a login works (ssh), the login prompt shows (console), or the node is healthy" })
    .option("timeout", { type: "number", default: 600, describe: "seconds for --wait" })
    .option("detach", { type: "boolean", default: false, describe: "leave the guest running; end it with the :stop target" })
    .option("json", { type: "boolean", default: false, describe: "one JSON object on stdout, all else on stderr" })
    .option("dry-run", { type: "boolean", default: false, describe: "print QEMU's command line; write and start nothing" })
    .example("bazel run TARGET -- --memory 8G --append systemd.log_level=debug", "")
    .example("bazel run TARGET -- --detach --wait ssh --json", "for scripts")
    // --no-kvm is a flag of its own, not kvm=false.
    .parserConfiguration({ "boolean-negation": false })
    .conflicts("no-kvm", "accelerator")
    .strict()
    .version(false)
    .wrap(120)
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "--help" });
    })
    .parseAsync();
  const target = readDescription(flags.target);
  const accelerator = flags.noKvm === true ? "tcg" : (flags.accelerator ?? target.accelerator);
  const request: LaunchRequest = {
    target,
    tools: locateTools(target.tools),
    accelerator,
    memoryMiB: flags.memory === undefined ? target.memoryMiB : parseMemory(flags.memory),
    cpus: flags.cpus === undefined ? target.cpus || defaultCpus(accelerator) : parseCount("--cpus", flags.cpus),
    ...(flags.sshPort === undefined ? {} : { sshPort: parsePort("--ssh-port", flags.sshPort) }),
    ...(flags.apiPort === undefined ? {} : { apiPort: parsePort("--api-port", flags.apiPort) }),
    ...(flags.sshKey === undefined ? {} : { sshKey: userPath(flags.sshKey) }),
    guest: readGuestConfig(flags),
    ...(flags.persist === undefined ? {} : { persistDir: userPath(flags.persist) }),
    ...(flags.append === undefined ? {} : { append: flags.append }),
    ...(flags.disk === undefined ? {} : { disk: userPath(flags.disk) }),
    ...(flags.wait === undefined ? {} : { wait: flags.wait }),
    ...{ detach: flags.detach, json: flags.json, timeout: flags.timeout },
  };
  if (!flags.dryRun) return launch(request);
  const plan = await dryRun(request);
  process.stdout.write(flags.json ? `${JSON.stringify({ dryRun: true, ...plan })}\n` : formatDryRun(plan));
});
