import { createHash } from "node:crypto";

/** Addresses in QEMU's network (10.0.2.0/24, fec0::/64), where logins reach the guest at 10.0.2.15 whoever gave it that address. */
export const fixedNetwork = {
  ipv6_config: { Deterministic: { prefix: "fec0::", prefix_length: 64, gateway: "fec0::2" } },
  ipv4_config: { address: "10.0.2.15", gateway: "10.0.2.2", prefix_length: 24 },
  domain_name: null,
};

/** The address that follows from the MAC and the deployment of `localGuestConfig`, as `ip` writes it. */
export function deterministicAddress(): string {
  const digest = createHash("sha256").update("6a:00:00:00:00:01testnet\n").digest();
  const group = (...bytes: number[]): string => bytes.reduce((value, byte) => value * 256 + byte).toString(16);
  return `fec0::${group(0x68, 0x01)}:${group(digest[0]!, 0xff)}:${group(0xfe, digest[1]!)}:${group(digest[2]!, digest[3]!)}/64`;
}
