import fs from "node:fs";
import { ExitCode, Failure, failOnProblems } from "../lib/failure.ts";
import type { GuestosConfig } from "./guestos-config.ts";
import { devSettingNames } from "./settings/guestos.ts";

/** Flags of `config write` for the node. */
export const guestOptions = {
  "hostname": { type: "string", describe: "name of the guest", group: "Node:" },
  "mgmt-mac": { type: "string", describe: "MAC address that addresses and host name follow from", group: "Node:" },
  "deployment-environment": { choices: ["mainnet", "testnet"] as const, describe: "network of the node", group: "Node:" },
  "nns-url": { type: "string", array: true, nargs: 1, describe: "URL of an NNS node; may be given more than once", group: "Node:" },
  "node-reward-type": { type: "string", describe: "reward class", group: "Node:" },
  "node-operator-key": { type: "string", describe: "file with the operator's private key (PEM); goes into config.json", group: "Node:" },
  "guest-vm-type": { choices: ["default", "upgrade"] as const, describe: "purpose of the virtual machine", group: "Node:" },
  "trusted-execution": { type: "boolean", describe: "run under SEV-SNP", group: "Node:" },
  "dev-setting": { type: "string", array: true, nargs: 1, describe: `NAME=VALUE, the value as JSON or plain text; names: ${devSettingNames.join(", ")}`, group: "Node:" },
} as const;

/** What was given of `guestOptions`. */
export interface GuestFlags {
  hostname?: string | undefined;
  mgmtMac?: string | undefined;
  deploymentEnvironment?: string | undefined;
  nnsUrl?: string[] | undefined;
  nodeRewardType?: string | undefined;
  nodeOperatorKey?: string | undefined;
  guestVmType?: string | undefined;
  trustedExecution?: boolean | undefined;
  devSetting?: string[] | undefined;
}

/** The document with the flags in place; `resolve` makes a path of what the user typed. The values are checked with the document. */
export function withGuestFlags(config: GuestosConfig, flags: GuestFlags, resolve: (typed: string) => string): GuestosConfig {
  const copy = structuredClone(config);
  const { icos_settings: icos, guestos_settings: guestos } = copy;
  if (flags.mgmtMac !== undefined) icos.mgmt_mac = flags.mgmtMac;
  if (flags.deploymentEnvironment !== undefined) icos.deployment_environment = flags.deploymentEnvironment;
  if (flags.nnsUrl !== undefined) icos.nns_urls = flags.nnsUrl;
  if (flags.nodeRewardType !== undefined) icos.node_reward_type = flags.nodeRewardType;
  if (flags.trustedExecution !== undefined) icos.enable_trusted_execution_environment = flags.trustedExecution;
  if (flags.guestVmType !== undefined) copy.guest_vm_type = flags.guestVmType;
  if (flags.nodeOperatorKey !== undefined) {
    icos.use_node_operator_private_key = true;
    icos.node_operator_private_key = readKey(resolve(flags.nodeOperatorKey));
  }
  Object.assign(guestos.guestos_dev_settings, devSettings(flags.devSetting ?? []));
  if (flags.hostname !== undefined) guestos.guestos_dev_settings.hostname = flags.hostname;
  return copy;
}

function readKey(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    throw new Failure(`--node-operator-key: ${file}: ${(error as Error).message}`);
  }
}

function devSettings(typed: readonly string[]): Record<string, unknown> {
  const problems: string[] = [];
  const settings = typed.map((flag): [string, unknown] => {
    const [, name = "", value = ""] = /^([^=]*)=(.*)$/s.exec(flag) ?? [];
    if (!devSettingNames.includes(name)) problems.push(`expected NAME=VALUE with NAME one of ${devSettingNames.join(", ")}, got ${JSON.stringify(flag)}`);
    return [name, jsonOrText(value)];
  });
  failOnProblems("--dev-setting", problems, { exitCode: ExitCode.usage });
  return Object.fromEntries(settings);
}

function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
