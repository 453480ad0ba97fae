import { ExitCode, Failure, failOnProblems } from "../lib/failure.ts";
import type { Host, Inventory, Node } from "./inventory.ts";
import { nodeNames } from "./names.ts";
import type { Virsh } from "./virsh.ts";

/** Asks every host whether it can take its nodes, and says all that stands in the way. Nothing is changed. `imageBytes`: what a host has to store at least. */
export async function checkHosts(inventory: Inventory, connect: (host: Host) => Virsh, imageBytes: number): Promise<void> {
  const found = await Promise.all(
    Object.entries(inventory.hosts).map(async ([name, host]) => {
      const nodes = Object.entries(inventory.nodes).filter(([, node]) => node.host === name);
      const problems = nodes.length === 0 ? [] : await hostProblems(inventory.name, host, new Map(nodes), connect(host), imageBytes);
      return problems.map((problem) => `host ${name}: ${problem}`);
    }),
  );
  failOnProblems("hosts of the inventory; nothing was started", found.flat(), { exitCode: ExitCode.host });
}

async function hostProblems(deployment: string, host: Host, nodes: ReadonlyMap<string, Node>, virsh: Virsh, imageBytes: number): Promise<string[]> {
  let info: Map<string, string>;
  try {
    info = await virsh.fields(["nodeinfo"]);
  } catch (error) {
    // Nothing else can be asked.
    return [messageOf(error)];
  }
  const problems = await Promise.all([poolProblems(host, virsh, imageBytes), networkProblems(host, virsh), acceleratorProblems(host, virsh), takenNames(deployment, nodes, virsh)]);
  const memory = [...nodes.values()].reduce((sum, node) => sum + node.memoryMiB, 0);
  const has = Math.floor(Number.parseInt(info.get("Memory size") ?? "0", 10) / 1024);
  if (memory > has) problems.push([`its nodes want ${memory} MiB of memory, it has ${has}`]);
  const cpus = Number(info.get("CPU(s)"));
  for (const [name, node] of nodes) if (node.vcpus > cpus) problems.push([`node ${name} wants ${node.vcpus} processors, it has ${cpus}`]);
  return problems.flat();
}

async function poolProblems({ pool }: Host, virsh: Virsh, imageBytes: number): Promise<string[]> {
  const info = await virsh.fields(["pool-info", "--bytes", pool]).catch(() => undefined);
  if (info === undefined) return [`it has no storage pool ${pool}; virsh pool-define-as ${pool} dir --target FOLDER && virsh pool-start ${pool}`];
  if (info.get("State") !== "running") return [`its storage pool ${pool} is ${info.get("State")}; virsh pool-start ${pool}`];
  const free = Number(info.get("Available"));
  return free < imageBytes ? [`its storage pool ${pool} has ${free} bytes free, the image takes ${imageBytes}`] : [];
}

async function networkProblems({ network }: Host, virsh: Virsh): Promise<string[]> {
  // libvirt does not tell of bridges it did not make; a missing one is an error when a node starts, and undone.
  if (network === "user" || "bridge" in network) return [];
  const info = await virsh.fields(["net-info", network.network]).catch(() => undefined);
  if (info === undefined) return [`it has no network ${network.network}`];
  return info.get("Active") === "yes" ? [] : [`its network ${network.network} is not active; virsh net-start ${network.network}`];
}

async function acceleratorProblems({ accelerator }: Host, virsh: Virsh): Promise<string[]> {
  if (accelerator === "tcg" || (await virsh.succeeds(["domcapabilities", "--virttype", "kvm"]))) return [];
  return ['it has no KVM; "accelerator": "tcg" emulates, slowly'];
}

async function takenNames(deployment: string, nodes: ReadonlyMap<string, Node>, virsh: Virsh): Promise<string[]> {
  const present = await virsh.lines(["list", "--all", "--name"]);
  const taken = [...nodes.keys()].map((node) => nodeNames(deployment, node).domain).filter((domain) => present.includes(domain));
  return taken.map((domain) => `domain ${domain} is there already; --destroy removes the deployment`);
}

function messageOf(error: unknown): string {
  if (error instanceof Failure) return error.message;
  throw error;
}
