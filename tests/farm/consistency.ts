import fs from "node:fs";
import path from "node:path";
import { census } from "../../tools/farm/server/census.ts";
import { listens, type FarmUnderTest } from "./farm-under-test.ts";

/** What is not as the farm says: a VM without its one process, a process or folder without a VM, a port of none. */
export async function inconsistencies(farm: FarmUnderTest): Promise<string[]> {
  const { groups } = (await farm.must("GET", "group")) as { groups: { name: string; vms: { name: string; state: string; forwardedPorts: { port: number }[] }[] }[] };
  const vms = groups.flatMap((group) => group.vms.map((vm) => ({ ...vm, name: `${group.name}/${vm.name}` })));
  const problems: string[] = [];
  const processes = census(farm.sockets);
  const running = vms.filter((vm) => vm.state === "running");
  const count = [...processes.values()].flat().length;
  if (count !== running.length) problems.push(`${running.length} VMs run (${running.map((vm) => vm.name).join(" ")}), ${count} processes`);
  for (const [id, ofOne] of processes) if (ofOne.length !== 1) problems.push(`VM ${id} has ${ofOne.length} processes`);
  for (const vm of vms) {
    for (const { port } of vm.forwardedPorts) {
      if ((await listens(port)) !== (vm.state === "running")) problems.push(`${vm.name} is ${vm.state}, its port ${port} ${vm.state === "running" ? "does not listen" : "listens"}`);
    }
  }
  const ports = vms.flatMap((vm) => vm.forwardedPorts.map(({ port }) => port));
  if (new Set(ports).size !== ports.length) problems.push(`a port is given twice: ${ports.sort().join(" ")}`);
  const folders = fs.readdirSync(path.join(farm.stateDir, "vms")).length;
  if (folders !== vms.length) problems.push(`${vms.length} VMs, ${folders} folders`);
  return problems;
}
