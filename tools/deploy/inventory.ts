import fs from "node:fs";
import { z } from "zod";
import { ExitCode, Failure, failOnProblems } from "../lib/failure.ts";

const name = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, "expected 1 to 32 lower-case letters, digits and hyphens, no hyphen at the ends");

/** How the nodes of a host reach the network: a bridge of the host, a network of its libvirt, or QEMU's own, which lets nobody in. */
const network = z.union([z.strictObject({ bridge: z.string().min(1) }), z.strictObject({ network: z.string().min(1) }), z.literal("user")]);

const host = z.strictObject({
  /** libvirt's name for it: qemu+ssh://user@host/system, qemu:///session ... See https://libvirt.org/uri.html */
  uri: z.string().regex(/^qemu(\+[a-z]+)?:\/\/\S+$/, "expected a libvirt URI of QEMU, such as qemu+ssh://root@host-1/system"),
  /** Storage pool for disks. */
  pool: z.string().min(1).default("default"),
  network,
  accelerator: z.enum(["kvm", "tcg"]).default("kvm"),
  /** Folder of the host that gets a NODE.log with each node's serial console. */
  consoleLogs: z.string().startsWith("/").optional(),
});

const node = z.strictObject({
  host: z.string(),
  vcpus: z.int().min(1).default(4),
  memoryMiB: z.int().min(512).default(8192),
  /** The boot disk is grown to this. */
  diskGiB: z.int().min(1).default(100),
  /** Exactly this address; without it the node takes one from router advertisements. */
  ipv6: z.strictObject({ address: z.cidrv6("expected an address with its prefix length, such as 2001:db8::5/64"), gateway: z.ipv6() }).optional(),
});

/** A deployment on static hosts: which there are, and which node runs where. */
export const inventory = z.strictObject({
  /** First part of the names of domains and volumes. */
  name,
  hosts: z.record(name, host),
  nodes: z.record(name, node),
});

export type Inventory = z.infer<typeof inventory>;
export type Host = z.infer<typeof host>;
export type Node = z.infer<typeof node>;

/** Reads an inventory and says everything that is wrong with it, before any host is asked. */
export function readInventory(file: string): Inventory {
  let json: unknown;
  try {
    json = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    throw new Failure(`${file}: ${(error as Error).message}`, { exitCode: ExitCode.usage });
  }
  const parsed = inventory.safeParse(json);
  const problems = parsed.success ? contradictions(parsed.data) : parsed.error.issues.map((issue) => `${issue.path.join(".") || "top"}: ${issue.message}`);
  failOnProblems(file, problems, { exitCode: ExitCode.usage, hint: "docs/icos-deploy.md describes the inventory" });
  return parsed.data!;
}

function contradictions({ hosts, nodes }: Inventory): string[] {
  const problems: string[] = [];
  if (Object.keys(nodes).length === 0) problems.push("nodes: expected at least one");
  const uris = new Map<string, string>();
  for (const [name, { uri }] of Object.entries(hosts)) {
    if (uris.has(uri)) problems.push(`hosts.${name}.uri: ${uri} is that of ${uris.get(uri)} already`);
    else uris.set(uri, name);
  }
  const addresses = new Map<string, string>();
  for (const [name, node] of Object.entries(nodes)) {
    if (!(node.host in hosts)) problems.push(`nodes.${name}.host: expected one of ${Object.keys(hosts).join(", ")}, got ${node.host}`);
    const address = node.ipv6 === undefined ? undefined : canonical(node.ipv6.address);
    if (address === undefined) continue;
    if (addresses.has(address)) problems.push(`nodes.${name}.ipv6.address: ${address} is that of ${addresses.get(address)} already`);
    else addresses.set(address, name);
    if (node.ipv6 !== undefined && canonical(node.ipv6.gateway) === address) problems.push(`nodes.${name}.ipv6.gateway: is the node's own address`);
  }
  return problems;
}

/** The one way to write an IPv6 address, as URLs have it. */
function canonical(address: string): string {
  return new URL(`http://[${address.split("/")[0]}]`).hostname;
}
