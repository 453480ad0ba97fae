import os from "node:os";
import type { CommandModule } from "yargs";
import { parseCount, parseMemory } from "../launch/flags.ts";
import { userPath } from "../lib/user-path.ts";
import { log } from "../lib/log.ts";
import { defaultCpus, type Accelerator } from "../vm/accelerator.ts";
import { probeAccelerator } from "../vm/kvm.ts";
import { locateTools } from "../vm/vm-tools.ts";
import { createTestnet } from "./create.ts";
import { readDescription } from "./description.ts";
import { formatSummary, summarize } from "./summary.ts";

interface Flags {
  target: string;
  memory?: string | undefined;
  cpus?: number | undefined;
  accelerator: "auto" | Accelerator;
  parallel?: number | undefined;
  timeout: number;
  "ssh-key"?: string | undefined;
}

/** `create`: starts every node and comes back when all are healthy. */
export const createCommand: CommandModule<object, Flags> = {
  command: "create",
  describe: "Creates the testnet and leaves it running. One JSON object on stdout, everything else on stderr.",
  builder: (yargs) =>
    yargs
      .option("target", { type: "string", demandOption: true, hidden: true })
      .option("memory", { type: "string", describe: "memory of each node: MiB, or a size such as 4G; default: the rule's" })
      .option("cpus", { type: "number", describe: "processors of each node; default: the rule's, else 2 with KVM, 1 emulated" })
      .option("accelerator", { choices: ["auto", "kvm", "tcg"] as const, default: "auto" as const, describe: "how the nodes' instructions run; auto: KVM where it works, else emulated" })
      .option("parallel", { type: "number", describe: "nodes that start at the same time; default: as many as this machine has processors" })
      .option("timeout", { type: "number", default: 600, describe: "seconds for one node from its start to healthy" })
      .option("ssh-key", { type: "string", describe: "public key that may log in too; default ~/.ssh/id_{ed25519,ecdsa,rsa}.pub" })
      .example("bazel run TARGET | jq '.nodes[].api'", ""),
  handler: async (flags) => {
    const description = readDescription(flags.target);
    const tools = locateTools(description.tools);
    const accelerator = flags.accelerator === "auto" ? ((await probeAccelerator(tools)).works ? "kvm" : "tcg") : flags.accelerator;
    const cpus = flags.cpus === undefined ? description.cpus || defaultCpus(accelerator) : parseCount("--cpus", flags.cpus);
    const testnet = await createTestnet({
      ...{ description, tools, accelerator, cpus, timeout: parseCount("--timeout", flags.timeout) },
      memoryMiB: flags.memory === undefined ? description.memoryMiB : parseMemory(flags.memory),
      parallel: flags.parallel === undefined ? os.availableParallelism() : parseCount("--parallel", flags.parallel),
      ...(flags["ssh-key"] === undefined ? {} : { sshKey: userPath(flags["ssh-key"]) }),
    });
    const summary = await summarize(testnet);
    log(formatSummary(summary).trimEnd());
    process.stdout.write(`${JSON.stringify(summary)}\n`);
  },
};
