import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { writeConfigVolume } from "../config/config-volume.ts";
import { localGuestConfig } from "../config/guestos-config.ts";
import { unpackImage } from "../farm/server/unpack-image.ts";
import { exec } from "../lib/exec.ts";
import { Failure } from "../lib/failure.ts";
import type { VmTools } from "../vm/vm-tools.ts";
import { domainXml } from "./domain-xml.ts";
import type { Inventory } from "./inventory.ts";
import { imageVolume, nodeNames } from "./names.ts";

/** Programs that artifacts are made with. */
export type ArtifactTools = Pick<VmTools, "qemuImg" | "mkfsVfat" | "mtools" | "sshKeygen"> & { tar: string; zstd: string };

/** What is uploaded. */
export interface Artifacts {
  /** The disk as compact qcow2. */
  image: { file: string; volume: string; bytes: number };
  /** CONFIG volume by node. */
  configs: ReadonlyMap<string, string>;
  /** Description of the domain by node. */
  domains: ReadonlyMap<string, string>;
}

/** Makes everything that the hosts get, in a folder: the image once, a domain and a CONFIG volume with these SSH keys for each node. */
export async function makeArtifacts(inventory: Inventory, archive: string, keys: readonly string[], folder: string, tools: ArtifactTools): Promise<Artifacts> {
  if (!fs.existsSync(archive)) throw new Failure(`--image: ${archive} does not exist`);
  const volume = imageVolume(await sha256Of(archive));
  const file = path.join(folder, volume);
  const unpacked = path.join(folder, "unpacked");
  fs.mkdirSync(unpacked);
  const disk = await unpackImage(archive, unpacked, tools, { maxBytes: Number.MAX_SAFE_INTEGER, reservedBytes: 0 });
  // Uploads send every byte; a qcow2 file has those with content only.
  await exec(tools.qemuImg, ["convert", "-f", "raw", "-O", "qcow2", disk, file]);
  fs.rmSync(unpacked, { recursive: true });
  const configs = new Map<string, string>();
  const domains = new Map<string, string>();
  for (const [name, node] of Object.entries(inventory.nodes)) {
    const config = localGuestConfig({ hostname: `${inventory.name}-${name}` });
    if (node.ipv6 !== undefined) config.network_settings.ipv6_config = { Fixed: node.ipv6 };
    const target = path.join(folder, `${name}-config.img`);
    await writeConfigVolume({ config, authorizedKeys: { admin: keys, root: keys }, injected: {} }, tools, target);
    configs.set(name, target);
    domains.set(name, path.join(folder, `${name}-domain.xml`));
    fs.writeFileSync(domains.get(name)!, domainXml(nodeNames(inventory.name, name), node, inventory.hosts[node.host]!));
  }
  return { image: { file, volume, bytes: fs.statSync(file).size }, configs, domains };
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(fs.createReadStream(file), hash);
  return hash.digest("hex");
}
