import * as z from "zod";
import { ipPrefix } from "../lib/prefix.ts";
import { validated } from "../lib/validation.ts";
import { sshPublicKey } from "./ssh-key.ts";
import { wantedUpgrade } from "./upgrade/wanted-upgrade.ts";

/** Accounts whose keys the registry gives. */
export const registryAccounts = ["backup", "readonly"] as const;

const firewallRule = z.object({
  action: z.enum(["allow", "deny", "reject"]),
  ipv4_prefixes: z.array(ipPrefix(4)).default([]),
  ipv6_prefixes: z.array(ipPrefix(6)).default([]),
  ports: z.array(z.int().min(1).max(65535)).min(1).max(64),
  /** Shown in the ruleset. */
  comment: z
    .string()
    .regex(/^[\x20\x21\x23-\x5b\x5d-\x7e]{0,100}$/, "expected at most 100 printable ASCII characters without quotes and backslashes")
    .default(""),
});

const keys = z.array(sshPublicKey).max(100).optional();

/**
 * The registry: what the network decided for this node. Fields that this version does not know are left alone, so that an older node can
 * follow a newer registry.
 */
const registry = z.object({
  /** Grows with every change; a node never goes back to a lower one. */
  version: z.int().min(0),
  /** Who may log in as which account, by key; an account that is left out keeps the keys it has. */
  ssh_keys: z.object({ backup: keys, readonly: keys }).prefault({}),
  /** Rules on top of those of the configuration, first match first; null leaves the ruleset of the OS in force. */
  firewall: z.object({ rules: z.array(firewallRule).max(500).default([]) }).nullable().default(null),
  /** The version that this node shall run; null leaves the one that runs. */
  upgrade: wantedUpgrade.nullable().default(null),
});

/** What the network decided for this node, at one version. */
export type Registry = z.infer<typeof registry>;

/** A rule of the firewall. */
export type FirewallRule = z.infer<typeof firewallRule>;

/** The registry in a JSON text. `source` names it in the message when it is wrong. */
export function parseRegistry(text: string, source: string): Registry {
  return validated(registry, parseJson(text), `registry ${source}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A whole-document message of the schema says what was expected.
    return text.slice(0, 40);
  }
}
