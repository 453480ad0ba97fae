import { z } from "zod";
import { guestosSettings } from "./settings/guestos.ts";
import { icosSettings } from "./settings/icos.ts";
import { machineSettings } from "./settings/machine.ts";
import { networkSettings } from "./settings/network.ts";
import { configVersion, versionForm } from "./version.ts";

/**
 * GuestOSConfig: the document config.json. Names and nesting are the document's own. Objects keep fields they do not know, so that a
 * document of a later version passes through whole; `checkGuestosConfig` warns about them.
 */
export const guestosConfig = z
  .looseObject({
    config_version: z
      .string()
      .regex(versionForm, "expected a version such as 1.11.0")
      .meta({ description: `Version of the document, now ${configVersion}. Another major version is refused, a later minor one read with a warning.` }),
    network_settings: networkSettings.meta({ description: "How the node reaches the network." }),
    icos_settings: icosSettings.meta({ description: "What all virtual machines of a node share." }),
    guestos_settings: guestosSettings.meta({ description: "What only the GuestOS reads." }),
    ...machineSettings,
  })
  .meta({ title: "GuestOSConfig", description: "Configuration of a GuestOS: config.json of the CONFIG volume." });

/** A config.json, complete: every field that may be left out has its default. */
export type GuestosConfig = z.output<typeof guestosConfig>;

/** What differs between local guests. */
export interface LocalGuest {
  /** Name of the guest; the guest makes one itself when it is left out. */
  hostname?: string;
}

/** The configuration of a guest on this machine: addresses from router advertisements, a test network without an NNS, logins by the keys of the volume. */
export function localGuestConfig(guest: LocalGuest = {}): GuestosConfig {
  return guestosConfig.parse({
    config_version: configVersion,
    network_settings: { ipv6_config: "RouterAdvertisement" },
    icos_settings: {
      // Locally administered, so it is nobody's. The guest derives its own addresses and host name from it.
      mgmt_mac: "6a:00:00:00:00:01",
      deployment_environment: "testnet",
      nns_urls: [],
      use_ssh_authorized_keys: true,
    },
    guestos_settings: {
      inject_ic_crypto: false,
      inject_ic_state: false,
      inject_ic_registry_local_store: false,
      guestos_dev_settings: { hostname: guest.hostname ?? null },
    },
  });
}
