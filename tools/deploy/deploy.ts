import fs from "node:fs";
import { log } from "../lib/log.ts";
import type { Artifacts } from "./artifacts.ts";
import type { Host, Inventory, Node } from "./inventory.ts";
import { nodeNames } from "./names.ts";
import { removeNode, removeUnusedImages } from "./remove.ts";
import type { Virsh } from "./virsh.ts";

/** Puts image and CONFIG volumes on the hosts, makes the domains, and starts them when all are there. A step that fails undoes every one before it. */
export async function deploy(inventory: Inventory, artifacts: Artifacts, connect: (host: Host) => Virsh, stopped: () => void): Promise<void> {
  const nodes = Object.entries(inventory.nodes).map(([name, node]) => ({ name, node, host: inventory.hosts[node.host]! }));
  try {
    for (const host of new Set(nodes.map(({ host }) => host))) {
      stopped();
      await putImage(host, artifacts, connect(host));
    }
    for (const { name, node, host } of nodes) {
      stopped();
      await makeNode(inventory.name, name, node, host, artifacts, connect(host));
    }
    for (const { name, node, host } of nodes) {
      stopped();
      await connect(host).run(["start", nodeNames(inventory.name, name).domain]);
      log(`${name} runs on ${node.host}`);
    }
  } catch (error) {
    log("undoing what was done");
    await undo(inventory, connect);
    throw error;
  }
}

/** Removes a deployment from its hosts, as much of it as there is. Gives the domains that were there. */
export async function undo(inventory: Inventory, connect: (host: Host) => Virsh): Promise<string[]> {
  const removed: string[] = [];
  for (const [name, node] of Object.entries(inventory.nodes)) {
    const host = inventory.hosts[node.host]!;
    const names = nodeNames(inventory.name, name);
    if (await removeNode(names, host, connect(host))) removed.push(names.domain);
  }
  for (const host of Object.values(inventory.hosts)) await removeUnusedImages(host, connect(host));
  return removed;
}

async function putImage(host: Host, { image }: Artifacts, virsh: Virsh): Promise<void> {
  const present = await virsh.succeeds(["vol-info", "--pool", host.pool, image.volume]);
  if (present) return;
  log(`uploading the image (${Math.ceil(image.bytes / 2 ** 20)} MiB) to ${host.uri}`);
  // The final name comes last: an upload that was cut is not taken for the image.
  const unfinished = `${image.volume}.unfinished`;
  await virsh.run(["vol-delete", "--pool", host.pool, unfinished]).catch(() => undefined);
  await upload(host, unfinished, image.file, virsh);
  await virsh.run(["vol-clone", "--pool", host.pool, unfinished, image.volume], { seconds: 3600 });
  await virsh.run(["vol-delete", "--pool", host.pool, unfinished]);
}

async function makeNode(deployment: string, name: string, node: Node, host: Host, artifacts: Artifacts, virsh: Virsh): Promise<void> {
  const names = nodeNames(deployment, name);
  const backing = ["--backing-vol", artifacts.image.volume, "--backing-vol-format", "qcow2"];
  await virsh.run(["vol-create-as", host.pool, names.disk, `${node.diskGiB}GiB`, "--format", "qcow2", ...backing]);
  await upload(host, names.config, artifacts.configs.get(name)!, virsh);
  await virsh.run(["define", artifacts.domains.get(name)!]);
}

/** A volume with the bytes of a file. It is made raw: libvirt finds the format out when the pool is read again. */
async function upload(host: Host, volume: string, file: string, virsh: Virsh): Promise<void> {
  await virsh.run(["vol-create-as", host.pool, volume, String(fs.statSync(file).size), "--format", "raw"]);
  await virsh.run(["vol-upload", "--pool", host.pool, volume, file], { seconds: 3600 });
  await virsh.run(["pool-refresh", host.pool]);
}
