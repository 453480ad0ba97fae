import { ExitCode, failOnProblems } from "../lib/failure.ts";
import type { GuestosConfig } from "./guestos-config.ts";

/** Flags of `config write` for the network, named as the fields of upstream's testnet configuration. */
export const networkOptions = {
  "ipv6-config-type": { choices: ["RouterAdvertisement", "Deterministic", "Fixed"] as const, describe: "how the guest gets its IPv6 address", group: "Network:" },
  "deterministic-prefix": { type: "string", describe: "IPv6 prefix such as 2001:db8:1:2; the rest follows from the MAC address", group: "Network:" },
  "deterministic-prefix-length": { type: "number", describe: "bits of the prefix [default: 64]", group: "Network:" },
  "deterministic-gateway": { type: "string", describe: "IPv6 address of the default route", group: "Network:" },
  "fixed-address": { type: "string", describe: "IPv6 address with prefix length, such as 2001:db8::1/64", group: "Network:" },
  "fixed-gateway": { type: "string", describe: "IPv6 address of the default route", group: "Network:" },
  "ipv4-address": { type: "string", describe: "IPv4 address", group: "Network:" },
  "ipv4-gateway": { type: "string", describe: "IPv4 address of the default route", group: "Network:" },
  "ipv4-prefix-length": { type: "number", describe: "bits that name the network", group: "Network:" },
  "domain-name": { type: "string", describe: "domain of the node", group: "Network:" },
} as const;

/** What was given of `networkOptions`. */
export interface NetworkFlags {
  ipv6ConfigType?: "RouterAdvertisement" | "Deterministic" | "Fixed" | undefined;
  deterministicPrefix?: string | undefined;
  deterministicPrefixLength?: number | undefined;
  deterministicGateway?: string | undefined;
  fixedAddress?: string | undefined;
  fixedGateway?: string | undefined;
  ipv4Address?: string | undefined;
  ipv4Gateway?: string | undefined;
  ipv4PrefixLength?: number | undefined;
  domainName?: string | undefined;
}

type NetworkSettings = GuestosConfig["network_settings"];

/** The settings with the flags in place. The values themselves are checked with the document. */
export function withNetworkFlags(settings: NetworkSettings, flags: NetworkFlags): NetworkSettings {
  const problems: string[] = [];
  const deterministic = { prefix: flags.deterministicPrefix, prefix_length: flags.deterministicPrefixLength, gateway: flags.deterministicGateway };
  const fixed = { address: flags.fixedAddress, gateway: flags.fixedGateway };
  const ipv4 = { address: flags.ipv4Address, gateway: flags.ipv4Gateway, prefix_length: flags.ipv4PrefixLength };
  const way = flags.ipv6ConfigType ?? (given(deterministic) ? "Deterministic" : given(fixed) ? "Fixed" : undefined);
  if (given(deterministic) && way !== "Deterministic") problems.push(`--deterministic-* given, but the address is to be ${way}`);
  if (given(fixed) && way !== "Fixed") problems.push(`--fixed-* given, but the address is to be ${way}`);
  if (way === "Deterministic") {
    deterministic.prefix_length ??= 64;
    requireAll("deterministic", deterministic, problems);
  }
  if (way === "Fixed") requireAll("fixed", fixed, problems);
  if (given(ipv4)) requireAll("ipv4", ipv4, problems);
  failOnProblems("network flags", problems, { exitCode: ExitCode.usage, hint: "config write --help" });
  const ipv6_config = way === undefined ? settings.ipv6_config : way === "RouterAdvertisement" ? way : way === "Deterministic" ? { Deterministic: deterministic } : { Fixed: fixed };
  return {
    ...settings,
    ipv6_config: ipv6_config as NetworkSettings["ipv6_config"],
    ipv4_config: given(ipv4) ? (ipv4 as NetworkSettings["ipv4_config"]) : settings.ipv4_config,
    domain_name: flags.domainName ?? settings.domain_name,
  };
}

function given(group: object): boolean {
  return Object.values(group).some((value) => value !== undefined);
}

function requireAll(prefix: string, group: object, problems: string[]): void {
  const absent = Object.entries(group).filter(([, value]) => value === undefined);
  problems.push(...absent.map(([name]) => `--${prefix}-${name.replaceAll("_", "-")} is missing`));
}
