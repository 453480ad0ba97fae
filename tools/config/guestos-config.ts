import { z } from "zod";

/** Version of the GuestOSConfig document that this tool writes. */
export const configVersion = "1.11.0";

const hostname = z
  .string()
  .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)?$/, "expected 1 to 63 letters, digits or hyphens, first and last no hyphen");

/**
 * What the guest reads from config.json: the part of GuestOSConfig that a local guest needs. Fields of the document that are not listed
 * keep the guest's defaults. Names and nesting are the document's own.
 */
export const guestosConfig = z.strictObject({
  config_version: z.literal(configVersion),
  network_settings: z.strictObject({
    ipv6_config: z.literal("RouterAdvertisement"),
    ipv4_config: z.null(),
    domain_name: z.null(),
  }),
  icos_settings: z.strictObject({
    node_reward_type: z.null(),
    mgmt_mac: z.string().regex(/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/, "expected six pairs of hexadecimal digits with colons"),
    deployment_environment: z.enum(["mainnet", "testnet"]),
    nns_urls: z.array(z.url()),
    use_node_operator_private_key: z.boolean(),
    enable_trusted_execution_environment: z.boolean(),
    use_ssh_authorized_keys: z.boolean(),
    icos_dev_settings: z.strictObject({}),
  }),
  guestos_settings: z.strictObject({
    inject_ic_crypto: z.boolean(),
    inject_ic_state: z.boolean(),
    inject_ic_registry_local_store: z.boolean(),
    guestos_dev_settings: z.strictObject({ hostname: hostname.nullable() }),
  }),
  guest_vm_type: z.literal("default"),
  upgrade_config: z.strictObject({}),
});

/** A config.json. */
export type GuestosConfig = z.infer<typeof guestosConfig>;

/** What differs between local guests. */
export interface LocalGuest {
  /** Name of the guest; the guest makes one itself when it is left out. */
  hostname?: string;
}

/** The configuration of a guest on this machine: addresses from router advertisements, a test network without an NNS, logins by the keys of the volume. */
export function localGuestConfig(guest: LocalGuest = {}): GuestosConfig {
  return {
    config_version: configVersion,
    network_settings: { ipv6_config: "RouterAdvertisement", ipv4_config: null, domain_name: null },
    icos_settings: {
      node_reward_type: null,
      // Locally administered, so it is nobody's. The guest derives its own addresses and host name from it.
      mgmt_mac: "6a:00:00:00:00:01",
      deployment_environment: "testnet",
      nns_urls: [],
      use_node_operator_private_key: false,
      enable_trusted_execution_environment: false,
      use_ssh_authorized_keys: true,
      icos_dev_settings: {},
    },
    guestos_settings: {
      inject_ic_crypto: false,
      inject_ic_state: false,
      inject_ic_registry_local_store: false,
      guestos_dev_settings: { hostname: guest.hostname ?? null },
    },
    guest_vm_type: "default",
    upgrade_config: {},
  };
}
