import fs from "node:fs";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { publicKeys } from "../config/authorized-keys.ts";
import { userPath } from "../lib/user-path.ts";
import { onInterrupt } from "../launch/interrupt.ts";
import { findUserKey } from "../launch/ssh-key.ts";
import { scratchFolder } from "../lib/atomic.ts";
import { ExitCode, Failure } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { runMain } from "../lib/main.ts";
import { located, readVmTools } from "../vm/vm-tools.ts";
import { makeArtifacts } from "./artifacts.ts";
import { checkHosts } from "./check-hosts.ts";
import { deploy, undo } from "./deploy.ts";
import { readInventory, type Host, type Inventory } from "./inventory.ts";
import { status } from "./status.ts";
import { Virsh } from "./virsh.ts";

await runMain("icos_deploy", async () => {
  const part = { type: "string", demandOption: true, hidden: true } as const;
  const flags = await yargs(hideBin(process.argv))
    .scriptName("icos_deploy")
    .usage("bazel run //ic-os/guestos/envs/dev:icos_deploy -- INVENTORY [flags]\n\nStarts a VM of the image for each node of the inventory, on its libvirt host. docs/icos-deploy.md describes the inventory.")
    .command("$0 <inventory>", "", (command) => command.positional("inventory", { type: "string", demandOption: true, describe: "JSON file" }))
    .options({ tools: part, tar: part, zstd: part })
    .option("image", { type: "string", demandOption: true, describe: "archive with disk.img" })
    .option("ssh-key", { type: "string", describe: "public key that may log in; default ~/.ssh/id_{ed25519,ecdsa,rsa}.pub" })
    .option("virsh", { type: "string", array: true, nargs: 1, default: ["virsh"], describe: "libvirt's client; once for each word" })
    .option("output", { type: "string", describe: "keep what is made for the hosts in this folder" })
    .option("artifacts-only", { alias: "n", type: "boolean", default: false, describe: "make everything, ask and change no host" })
    .option("check", { type: "boolean", default: false, describe: "check inventory and hosts, change nothing" })
    .option("status", { type: "boolean", default: false, describe: "show the nodes" })
    .option("destroy", { type: "boolean", default: false, describe: "remove the deployment from its hosts" })
    .example("bazel run //ic-os/guestos/envs/dev:icos_deploy -- hosts.json", "create")
    .example("bazel run //ic-os/guestos/envs/dev:icos_deploy -- hosts.json --destroy", "")
    .strict()
    .version(false)
    .wrap(120)
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "--help" });
    })
    .parseAsync();
  const modes = Object.entries({ "--artifacts-only": flags.artifactsOnly, "--check": flags.check, "--status": flags.status, "--destroy": flags.destroy }).filter(([, asked]) => asked);
  if (modes.length > 1) throw new Failure(`expected one of ${modes.map(([mode]) => mode).join(", ")}, got all of them`, { exitCode: ExitCode.usage, hint: "--help" });
  const inventory = readInventory(userPath(String(flags["inventory"])));
  const connect = (host: Host): Virsh => new Virsh(flags.virsh, host.uri);
  const archive = path.isAbsolute(flags.image) ? flags.image : fs.existsSync(userPath(flags.image)) ? userPath(flags.image) : located(flags.image);
  if (flags.status) return print(inventory, connect);
  if (flags.destroy) {
    for (const domain of await undo(inventory, connect)) log(`${domain} removed`);
    return print(inventory, connect);
  }
  if (!flags.artifactsOnly) await checkHosts(inventory, connect, fs.statSync(archive).size);
  if (flags.check) return;
  using scratch = scratchFolder("deploy");
  const folder = flags.output === undefined ? scratch.path : userPath(flags.output);
  fs.mkdirSync(folder, { recursive: true });
  const key = findUserKey(flags.sshKey);
  if (key === undefined) log("no SSH key: nobody will be able to log in; --ssh-key FILE names one");
  const tools = { ...readVmTools(flags.tools), tar: located(flags.tar), zstd: located(flags.zstd) };
  const artifacts = await makeArtifacts(inventory, archive, key === undefined ? [] : publicKeys(fs.readFileSync(key, "utf8"), key), folder, tools);
  if (flags.artifactsOnly) return log(`made in ${folder}: ${fs.readdirSync(folder).sort().join(" ")}`);
  await interruptible((stopped) => deploy(inventory, artifacts, connect, stopped));
  await print(inventory, connect);
});

/** Runs work that looks for a reason to stop between its steps: a signal lets it undo what it did before the process ends. */
async function interruptible(work: (stopped: () => void) => Promise<void>): Promise<void> {
  let asked = false;
  const done = work(() => {
    if (asked) throw new Failure("interrupted");
  });
  const stop = onInterrupt(async () => {
    asked = true;
    await done;
  });
  try {
    await done;
  } finally {
    if (!asked) stop();
  }
}

async function print(inventory: Inventory, connect: (host: Host) => Virsh): Promise<void> {
  process.stdout.write(`${JSON.stringify({ name: inventory.name, nodes: await status(inventory, connect) }, undefined, 2)}\n`);
}
