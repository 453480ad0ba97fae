import type { GuestosConfig } from "./guestos-config.ts";

/** Way to an IPv6 address, as this version understands it. */
export type Ipv6Way = "RouterAdvertisement" | "Deterministic" | "Fixed" | "Unknown";
/** Network of a node, as this version understands it. */
export type DeploymentEnvironment = "mainnet" | "testnet" | "unknown";
/** Purpose of a virtual machine, as this version understands it. */
export type GuestVmType = "default" | "upgrade" | "unknown";

/** The way to an IPv6 address that a document asks for. */
export function ipv6Way(config: GuestosConfig): Ipv6Way {
  const value: unknown = config.network_settings.ipv6_config;
  if (value === "RouterAdvertisement") return value;
  if (typeof value !== "object" || value === null) return "Unknown";
  return "Deterministic" in value ? "Deterministic" : "Fixed" in value ? "Fixed" : "Unknown";
}

/** The network that a document names. */
export function deploymentEnvironment(config: GuestosConfig): DeploymentEnvironment {
  const value = config.icos_settings.deployment_environment;
  return value === "mainnet" || value === "testnet" ? value : "unknown";
}

/** The purpose of the virtual machine that a document names. */
export function guestVmType(config: GuestosConfig): GuestVmType {
  const value = config.guest_vm_type;
  return value === "default" || value === "upgrade" ? value : "unknown";
}

/** The document as this version acts on it: unknown enum values are "unknown", a private key is left out unless it is asked for. */
export function understood(config: GuestosConfig, secrets: "hide" | "show" = "hide"): GuestosConfig {
  const copy = structuredClone(config);
  if (ipv6Way(config) === "Unknown") copy.network_settings.ipv6_config = "Unknown";
  copy.icos_settings.deployment_environment = deploymentEnvironment(config);
  copy.guest_vm_type = guestVmType(config);
  if (secrets === "hide" && copy.icos_settings.node_operator_private_key !== null) copy.icos_settings.node_operator_private_key = "(not shown)";
  return copy;
}
