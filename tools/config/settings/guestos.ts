import { z } from "zod";
import { count, domainName, hostname, line, orNull } from "./formats.ts";

const backupSpool = z.looseObject({
  backup_retention_time_seconds: orNull(count).meta({ description: "Seconds that artifacts are kept." }),
  backup_purging_interval_seconds: orNull(count).meta({ description: "Seconds between purges." }),
});

const devSettings = z.looseObject({
  backup_spool: orNull(backupSpool).meta({ description: "Spool of consensus artifacts for backups." }),
  malicious_behavior: orNull(z.record(z.string(), z.unknown())).meta({ description: "Faults that the replica shall commit, for tests." }),
  query_stats_epoch_length: orNull(count).meta({ description: "Rounds of one epoch of query statistics." }),
  bitcoind_addr: orNull(line).meta({ description: "Address of a Bitcoin node." }),
  dogecoind_addr: orNull(line).meta({ description: "Address of a Dogecoin node." }),
  jaeger_addr: orNull(line).meta({ description: "Address of a Jaeger collector." }),
  socks_proxy: orNull(line).meta({ description: "SOCKS proxy for canister requests." }),
  hostname: orNull(hostname).meta({ description: "Name of the guest; made from the MAC address when null or empty." }),
  generate_ic_boundary_tls_cert: orNull(domainName).meta({ description: "Domain to make a self-signed certificate for." }),
  nns_pub_key_override: orNull(z.string().min(1, "expected a key")).meta({ description: "NNS key that replaces the built-in one." }),
});

/** What only the GuestOS reads. */
export const guestosSettings = z.looseObject({
  inject_ic_crypto: z.boolean().meta({ description: "The volume brings the node's keys: `ic_crypto/`." }),
  inject_ic_state: z.boolean().meta({ description: "The volume brings a state: `ic_state/`." }),
  inject_ic_registry_local_store: z.boolean().meta({ description: "The volume brings a registry: `ic_registry_local_store/`." }),
  guestos_dev_settings: devSettings.prefault({}).meta({ description: "Settings of development images." }),
});

/** Names of the development settings. */
export const devSettingNames: readonly string[] = Object.keys(devSettings.shape);
