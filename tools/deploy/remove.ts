import type { Host } from "./inventory.ts";
import { imageVolume, type NodeNames } from "./names.ts";
import type { Virsh } from "./virsh.ts";

/** Ends and forgets a node's domain and deletes its volumes, as far as they are there. True when there was a domain. */
export async function removeNode(names: NodeNames, host: Host, virsh: Virsh): Promise<boolean> {
  const known = (await virsh.lines(["list", "--all", "--name"])).includes(names.domain);
  if (known) {
    if ((await virsh.lines(["list", "--name"])).includes(names.domain)) await virsh.run(["destroy", names.domain]);
    await virsh.run(["undefine", "--nvram", names.domain]);
  }
  const volumes = await volumesOf(host, virsh);
  for (const volume of [names.disk, names.config]) if (volumes.includes(volume)) await virsh.run(["vol-delete", "--pool", host.pool, volume]);
  return known;
}

/** Deletes the images that are no disk's base any more, and uploads that were cut. */
export async function removeUnusedImages(host: Host, virsh: Virsh): Promise<void> {
  const volumes = await volumesOf(host, virsh);
  const pattern = new RegExp(`^${imageVolume("").replace(".qcow2", "")}[0-9a-f]{16}\\.qcow2(\\.unfinished)?$`);
  const images = volumes.filter((volume) => pattern.test(volume));
  if (images.length === 0) return;
  let bases = "";
  for (const volume of volumes.filter((one) => !images.includes(one))) bases += await virsh.run(["vol-dumpxml", "--pool", host.pool, volume]);
  for (const image of images) if (!bases.includes(`/${image}</path>`)) await virsh.run(["vol-delete", "--pool", host.pool, image]);
}

async function volumesOf(host: Host, virsh: Virsh): Promise<string[]> {
  // Columns: name, path. Names of ours have no blanks.
  const lines = await virsh.lines(["vol-list", "--pool", host.pool]);
  return lines.slice(2).map((line) => line.split(/\s+/)[0]!);
}
