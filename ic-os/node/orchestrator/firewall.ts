import { BlockList } from "node:net";
import type { NodeConfig } from "../lib/config.ts";
import type { FirewallRule } from "./registry.ts";

/** Ports of the node: transport, dashboards, HTTP interface, metrics, logs. */
const nodePorts = [2497, 4100, 7070, 8080, 9090, 9091, 9100, 19531];

/** Ports that speak QUIC. */
const transportPorts = [4100];

const verdicts = { allow: "accept", deny: "drop", reject: "reject" } as const;

/**
 * A whole ruleset for nft(8). SSH from the configured prefixes is accepted before any rule of the registry is looked at: whoever may write the
 * registry cannot lock the operators out.
 */
export function renderRuleset(config: NodeConfig["firewall"], rules: readonly FirewallRule[], version: number): string {
  const lines = [
    "iif lo accept",
    "ct state established,related accept",
    "ct state invalid drop",
    "icmp type { echo-request, destination-unreachable, time-exceeded, parameter-problem } accept",
    "icmpv6 type { echo-request, destination-unreachable, packet-too-big, time-exceeded, parameter-problem, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query } accept",
    "udp sport 67 udp dport 68 accept",
    "udp sport 547 udp dport 546 accept",
    ...matches(config.ssh_prefixes, [22], "accept", "SSH, by configuration"),
    ...rules.flatMap((rule) => matches({ ipv4: rule.ipv4_prefixes, ipv6: rule.ipv6_prefixes }, rule.ports, verdicts[rule.action], rule.comment)),
    ...matches(config.node_prefixes, nodePorts, "accept", "the node, by configuration"),
    ...matches(config.node_prefixes, transportPorts, "accept", "transport, by configuration", "udp"),
  ];
  return `#!/usr/sbin/nft -f
# Written by the orchestrator from ic.json5 and version ${version} of the registry.
flush ruleset

table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
${lines.map((line) => `    ${line}\n`).join("")}  }
  chain forward {
    type filter hook forward priority filter; policy drop;
  }
}
`;
}

function matches(prefixes: { ipv4: readonly string[]; ipv6: readonly string[] }, ports: readonly number[], verdict: string, comment: string, protocol = "tcp"): string[] {
  const wanted = set([...new Set(ports)].sort((a, b) => a - b));
  const note = comment === "" ? "" : ` comment "${comment}"`;
  return [
    ...(prefixes.ipv4.length === 0 ? [] : [`ip saddr ${set(disjoint(prefixes.ipv4, "ipv4"))} ${protocol} dport ${wanted} ${verdict}${note}`]),
    ...(prefixes.ipv6.length === 0 ? [] : [`ip6 saddr ${set(disjoint(prefixes.ipv6, "ipv6"))} ${protocol} dport ${wanted} ${verdict}${note}`]),
  ];
}

function set(elements: readonly (string | number)[]): string {
  return elements.length === 1 ? String(elements[0]) : `{ ${elements.join(", ")} }`;
}

/** The prefixes that no other one contains: nft(8) refuses sets whose elements overlap. */
function disjoint(prefixes: readonly string[], type: "ipv4" | "ipv6"): string[] {
  const wide = new BlockList();
  const split = [...new Set(prefixes)].map((prefix) => ({ prefix, address: prefix.split("/")[0] ?? "", length: Number(prefix.split("/")[1]) }));
  return split
    .sort((a, b) => a.length - b.length)
    .filter(({ address, length }) => {
      if (wide.check(address, type)) return false;
      wide.addSubnet(address, length, type);
      return true;
    })
    .map(({ prefix }) => prefix);
}
