import path from "node:path";
import { writeConfigVolume } from "../config/config-volume.ts";
import { localGuestConfig, type GuestosConfig } from "../config/guestos-config.ts";
import { prepareDisk, type DiskSource } from "../launch/launch-disk.ts";
import type { Accelerator } from "../vm/accelerator.ts";
import { LocalMachine } from "../vm/local-machine.ts";
import type { NetworkPlace } from "../vm/network/place.ts";
import type { Drive } from "../vm/qemu-args.ts";
import type { VmTools } from "../vm/vm-tools.ts";
import type { NodeRecord, TestnetRecord } from "./record.ts";

/** What all nodes of a testnet share when they are made. */
export interface NodeSettings {
  tools: VmTools;
  accelerator: Accelerator;
  memoryMiB: number;
  cpus: number;
  /** What the nodes boot, by subnet. */
  sources: ReadonlyMap<string, DiskSource>;
  /** Public keys that open the nodes. */
  authorizedKeys: readonly string[];
  /** Addresses of the first subnet's nodes: where the others look for the registry. */
  nnsUrls: readonly string[];
}

/** Makes a node's disk and configuration and gives its machine, not started. */
export async function makeNode(testnet: TestnetRecord, node: NodeRecord, place: NetworkPlace, settings: NodeSettings): Promise<LocalMachine> {
  const { tools, accelerator, memoryMiB, cpus, sources, authorizedKeys } = settings;
  const volume = path.join(node.folder, "config.img");
  const keys = { admin: authorizedKeys, root: authorizedKeys };
  await writeConfigVolume({ config: nodeConfig(node, place, settings.nnsUrls), authorizedKeys: keys }, tools, volume);
  const drives: Drive[] = [await prepareDisk(sources.get(node.subnet)!, node.folder, false, tools.qemuImg), { file: volume, format: "raw", readOnly: true, serial: "config" }];
  return new LocalMachine({
    ...{ name: node.name, tools, accelerator, memoryMiB, cpus, drives, folder: node.folder, network: place },
    ports: [{ guestPort: 8080 }],
    login: { user: testnet.user, key: testnet.key },
    removeWithGuest: [node.folder],
  });
}

/** The node's address is fixed; its IPv4 comes with the way to this machine. */
export function nodeConfig(node: NodeRecord, place: NetworkPlace, nnsUrls: readonly string[]): GuestosConfig {
  const config = localGuestConfig({ hostname: node.name });
  config.network_settings.ipv6_config = { Fixed: { address: `${place.ipv6}/64`, gateway: place.ipv6Gateway } };
  config.icos_settings.nns_urls = [...nnsUrls];
  return config;
}
