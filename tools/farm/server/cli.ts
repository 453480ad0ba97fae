import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { userPath } from "../../lib/user-path.ts";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { log } from "../../lib/log.ts";
import { runMain } from "../../lib/main.ts";
import { probeAccelerator } from "../../vm/kvm.ts";
import { located, readVmTools } from "../../vm/vm-tools.ts";
import { Authorization } from "./authorization.ts";
import { Farm } from "./farm.ts";
import { declareFlags, farmOptions, readTokens, type Flags } from "./flags.ts";
import { serve } from "./serve.ts";

/** Files the rule puts beside the program: runfiles paths. */
interface Parts {
  tools: string;
  tar: string;
  zstd: string;
  web: string;
}

await runMain("farm", async () => {
  const part = { type: "string", demandOption: true, hidden: true } as const;
  const flags = await declareFlags(yargs(hideBin(process.argv)))
    .option("tools", { ...part, describe: "what vm_tools wrote" })
    .option("tar", { ...part, describe: "GNU tar" })
    .option("zstd", { ...part, describe: "zstd" })
    .option("web", { ...part, describe: "folder of the pages' scripts" })
    .option("qemu", { type: "string", hidden: true, describe: "another QEMU: a stand-in, for tests" })
    .scriptName("farm")
    .usage("bazel run //tools/farm:server -- [flags]\n\nA farm on this host: VMs in groups that end by themselves, over HTTP. VMs run on when the server ends; the next one takes them over.")
    .example("bazel run //tools/farm:server -- --port 8000", "for this machine")
    .example("bazel run //tools/farm:server -- --host 192.0.2.7 --token-file tokens", "for others")
    .strict()
    .version(false)
    .wrap(120)
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "--help" });
    })
    .parseAsync();
  await run(flags, flags);
});

async function run(flags: Flags & { qemu?: string }, parts: Parts): Promise<void> {
  const { qemuSystem, qemuImg, firmware } = readVmTools(parts.tools);
  const tools = { qemuSystem: flags.qemu === undefined ? qemuSystem : userPath(flags.qemu), qemuImg, firmware, tar: located(parts.tar), zstd: located(parts.zstd) };
  const accelerator = flags.accelerator !== "auto" ? flags.accelerator : (await probeAccelerator(tools)).works ? "kvm" : "tcg";
  const options = farmOptions(flags, tools, accelerator);
  const authorization = new Authorization(flags.tokenFile === undefined ? [] : readTokens(userPath(flags.tokenFile)));
  const farm = await Farm.open(options);
  if (flags.endAll) {
    for (const group of farm.groups.list()) await farm.deleteGroup(group.name);
    return farm.close();
  }
  const server = await serve(farm, authorization, located(parts.web), flags.host, flags.port).catch(async (error: unknown) => {
    await farm.close();
    throw error;
  });
  log(`state in ${farm.folder.root}; VMs run with ${accelerator}, network ${options.network.kind}`);
  if (accelerator === "tcg") log(`no KVM here: VMs are emulated, with at most ${options.vmMaximum.vCPUs} vCPUs each, whatever they ask for (--vm-max-vcpus)`);
  log(`farm at ${server.url}, its API at ${server.url}/swagger-ui`);
  process.stdout.write(`${server.url}\n`);
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.removeAllListeners(name).once(name, resolve);
  });
  log(`${signal}: the server ends, ${farm.vms.rows.all().filter((vm) => vm.state === "running").length} VMs run on; --end-all ends them`);
  await server.close();
  await farm.close();
}
