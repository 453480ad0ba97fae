import os from "node:os";
import type { CommandModule } from "yargs";
import { parseDuration } from "../farm/launch/duration.ts";
import { imageSource } from "../farm/launch/remote-flags.ts";
import { whichFarm } from "../farm/launch/which-farm.ts";
import { parseCount, parseMemory } from "../launch/flags.ts";
import { userPath } from "../lib/user-path.ts";
import { log } from "../lib/log.ts";
import { defaultCpus, type Accelerator } from "../vm/accelerator.ts";
import { probeAccelerator } from "../vm/kvm.ts";
import { locateTools, type VmTools } from "../vm/vm-tools.ts";
import { createOnFarm } from "./create-on-farm.ts";
import { createTestnet } from "./create.ts";
import { readDescription, type Description } from "./description.ts";
import type { TestnetRecord } from "./record.ts";
import { formatSummary, summarize } from "./summary.ts";

interface Flags {
  target: string;
  backend?: "local" | "farm" | undefined;
  memory?: string | undefined;
  cpus?: number | undefined;
  accelerator: "auto" | Accelerator;
  parallel?: number | undefined;
  timeout: number;
  "ssh-key"?: string | undefined;
  farm?: string | undefined;
  "artifact-store"?: string | undefined;
  ttl: string;
}

/** `create`: starts every node and comes back when all are healthy. */
export const createCommand: CommandModule<object, Flags> = {
  command: "create",
  describe: "Creates the testnet and leaves it running. One JSON object on stdout, everything else on stderr.",
  builder: (yargs) =>
    yargs
      .option("target", { type: "string", demandOption: true, hidden: true })
      .option("backend", { choices: ["local", "farm"] as const, describe: "where the nodes run; default: what the build setting says, a farm with --config=systest" })
      .option("memory", { type: "string", describe: "memory of each node: MiB, or a size such as 4G; default: the rule's" })
      .option("cpus", { type: "number", describe: "processors of each node; default: the rule's, else 2, emulated here 1" })
      .option("parallel", { type: "number", describe: "nodes that start at the same time; default: as many as this machine has processors, on a farm all" })
      .option("timeout", { type: "number", default: 600, describe: "seconds for one node from its start to healthy" })
      .option("ssh-key", { type: "string", describe: "public key that may log in too; default ~/.ssh/id_{ed25519,ecdsa,rsa}.pub" })
      .option("accelerator", { choices: ["auto", "kvm", "tcg"] as const, default: "auto" as const, describe: "how the nodes' instructions run; auto: KVM where it works, else emulated", group: "On this machine:" })
      .option("farm", { type: "string", describe: "base URL of the farm", group: "On a farm:" })
      .option("artifact-store", { type: "string", describe: "URL that takes the image by HTTP PUT, under its SHA-256; without, the farm takes it", group: "On a farm:" })
      .option("ttl", { type: "string", default: "1h", describe: "how long the farm leaves the testnet running, such as 8h; :extend gives it more", group: "On a farm:" })
      .example("bazel run TARGET | jq '.nodes[].api'", "")
      .example("bazel run --config=systest TARGET -- --ttl 8h", "on a farm"),
  handler: async (flags) => {
    const description = readDescription(flags.target);
    const tools = locateTools(description.tools);
    const testnet = (flags.backend ?? description.backend) === "farm" ? await onFarm(flags, description, tools) : await here(flags, description, tools);
    const summary = await summarize(testnet);
    log(formatSummary(summary).trimEnd());
    process.stdout.write(`${JSON.stringify(summary)}\n`);
  },
};

/** What both places are asked for. */
function common(flags: Flags, description: Description, tools: VmTools) {
  return {
    ...{ description, tools, timeout: parseCount("--timeout", flags.timeout) },
    memoryMiB: flags.memory === undefined ? description.memoryMiB : parseMemory(flags.memory),
    ...(flags["ssh-key"] === undefined ? {} : { sshKey: userPath(flags["ssh-key"]) }),
  };
}

async function here(flags: Flags, description: Description, tools: VmTools): Promise<TestnetRecord> {
  const accelerator = flags.accelerator === "auto" ? ((await probeAccelerator(tools)).works ? "kvm" : "tcg") : flags.accelerator;
  const cpus = flags.cpus === undefined ? description.cpus || defaultCpus(accelerator) : parseCount("--cpus", flags.cpus);
  const parallel = flags.parallel === undefined ? os.availableParallelism() : parseCount("--parallel", flags.parallel);
  return createTestnet({ ...common(flags, description, tools), accelerator, cpus, parallel });
}

async function onFarm(flags: Flags, description: Description, tools: VmTools): Promise<TestnetRecord> {
  const vCPUs = flags.cpus === undefined ? description.cpus || defaultCpus("kvm") : parseCount("--cpus", flags.cpus);
  const parallel = flags.parallel === undefined ? description.nodes.length : parseCount("--parallel", flags.parallel);
  const image = imageSource({ artifactStore: flags["artifact-store"] }, description.artifactStore);
  const farm = whichFarm(flags.farm, description.farm);
  return createOnFarm({ ...common(flags, description, tools), farm, image, vCPUs, parallel, allocation: "distributeToArbitraryHost", ttl: parseDuration("--ttl", flags.ttl) });
}
