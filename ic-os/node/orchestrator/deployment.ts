import fs from "node:fs/promises";
import path from "node:path";
import type { NodeConfig } from "../lib/config.ts";
import { writeDurably } from "../../../tools/lib/durable.ts";
import type { Log } from "../lib/log.ts";
import { renderRuleset } from "./firewall.ts";
import { registryAccounts, type Registry } from "./registry.ts";

/** What of the registry is in force on this node. */
export interface DeploymentStatus {
  registryVersion: number | null;
  /** Number of keys by account, of those accounts that the registry names. */
  sshKeys: Record<string, number>;
  /** Rules of the registry in the ruleset; null while the ruleset of the OS is in force. */
  firewallRules: number | null;
}

/** Puts a registry into force. */
export interface Deployment {
  status(): DeploymentStatus;
  apply(registry: Registry): Promise<void>;
}

/**
 * Writes what the registry gives below a folder, `/run/ic-node` in the guest: `ssh-keys/ACCOUNT` and `nftables-ruleset/nftables.conf`, each as
 * a whole and only when it changed. Units of the OS watch these files and do what needs privileges; the orchestrator has none.
 */
export function deployTo(directory: string, firewall: NodeConfig["firewall"], log: Log): Deployment {
  let status: DeploymentStatus = { registryVersion: null, sshKeys: {}, firewallRules: null };

  const replace = async (name: string, content: string): Promise<void> => {
    const file = path.join(directory, name);
    if ((await fs.readFile(file, "utf8").catch(() => undefined)) === content) return;
    await fs.mkdir(path.dirname(file), { recursive: true });
    await writeDurably(file, content);
    log.info("deployed", { file, bytes: Buffer.byteLength(content) });
  };

  return {
    status: () => status,
    async apply(registry) {
      const sshKeys: Record<string, number> = { ...status.sshKeys };
      for (const account of registryAccounts) {
        const keys = registry.ssh_keys[account];
        if (keys === undefined) continue;
        await replace(`ssh-keys/${account}`, keys.map((key) => `${key}\n`).join(""));
        sshKeys[account] = keys.length;
      }
      // Once written it stays the orchestrator's: a registry without rules leaves those of the configuration.
      const rules = registry.firewall?.rules ?? (status.firewallRules === null ? null : []);
      if (rules !== null) await replace("nftables-ruleset/nftables.conf", renderRuleset(firewall, rules, registry.version));
      status = {
        registryVersion: registry.version,
        sshKeys,
        firewallRules: rules === null ? null : rules.length,
      };
    },
  };
}
