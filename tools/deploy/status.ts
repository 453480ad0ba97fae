import type { Host, Inventory } from "./inventory.ts";
import { nodeNames } from "./names.ts";
import type { Virsh } from "./virsh.ts";

/** A node as its host sees it. */
export interface NodeStatus {
  node: string;
  domain: string;
  host: string;
  uri: string;
  /** libvirt's word for it: running, shut off, crashed ...; missing when there is no such domain. */
  state: string;
  /** The address it was told to take. */
  ipv6: string | null;
  /** Shows its serial console. */
  console: string;
}

/** The state of every node. */
export async function status(inventory: Inventory, connect: (host: Host) => Virsh): Promise<NodeStatus[]> {
  return Promise.all(
    Object.entries(inventory.nodes).map(async ([name, node]) => {
      const host = inventory.hosts[node.host]!;
      const { domain } = nodeNames(inventory.name, name);
      const state = await connect(host).run(["domstate", domain]).then((text) => text.trim(), () => "missing");
      const ipv6 = node.ipv6?.address.split("/")[0] ?? null;
      return { node: name, domain, host: node.host, uri: host.uri, state, ipv6, console: `virsh --connect ${host.uri} console ${domain}` };
    }),
  );
}
