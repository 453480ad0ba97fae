import { expect, test } from "@jest/globals";
import { renderRuleset } from "./firewall.ts";
import type { FirewallRule } from "./registry.ts";

const config = { ssh_prefixes: { ipv4: ["10.0.2.0/24"], ipv6: ["fd00::/8"] }, node_prefixes: { ipv4: ["0.0.0.0/0"], ipv6: [] } };
const denyAll: FirewallRule = { action: "deny", ipv4_prefixes: ["0.0.0.0/0"], ipv6_prefixes: ["::/0"], ports: [8080, 22], comment: "closed" };

function lines(rules: readonly FirewallRule[], given = config): string[] {
  return renderRuleset(given, rules, 7)
    .split("\n")
    .map((line) => line.trim());
}

test("SSH from the configured prefixes comes before a rule that forbids it", () => {
  const text = lines([denyAll]);
  const ssh = text.indexOf('ip saddr 10.0.2.0/24 tcp dport 22 accept comment "SSH, by configuration"');
  const ssh6 = text.indexOf('ip6 saddr fd00::/8 tcp dport 22 accept comment "SSH, by configuration"');
  const denied = text.indexOf('ip saddr 0.0.0.0/0 tcp dport { 22, 8080 } drop comment "closed"');
  const node = text.findIndex((line) => line.includes("the node, by configuration"));
  expect(ssh).toBeGreaterThan(0);
  expect(ssh6).toBeGreaterThan(0);
  expect(denied).toBeGreaterThan(Math.max(ssh, ssh6));
  expect(node).toBeGreaterThan(denied);
});

test("a ruleset replaces the one before, and drops what no rule accepts", () => {
  const text = lines([]);
  expect(text).toContain("flush ruleset");
  expect(text).toContain("type filter hook input priority filter; policy drop;");
});

test("prefixes that lie in others are left out: nft refuses overlaps", () => {
  const text = lines([], { ...config, ssh_prefixes: { ipv4: ["10.1.0.0/16", "10.0.0.0/8", "10.0.0.0/8", "192.168.0.0/16"], ipv6: ["fd00:1::/32", "fd00::/8"] } });
  expect(text).toContain('ip saddr { 10.0.0.0/8, 192.168.0.0/16 } tcp dport 22 accept comment "SSH, by configuration"');
  expect(text).toContain('ip6 saddr fd00::/8 tcp dport 22 accept comment "SSH, by configuration"');
});

test("a rule without prefixes is for nobody", () => {
  expect(lines([{ ...denyAll, ipv4_prefixes: [], ipv6_prefixes: [] }]).join()).not.toContain("closed");
});
