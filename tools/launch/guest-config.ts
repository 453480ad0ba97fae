import { checkGuestosConfig } from "../config/check-config.ts";
import type { ConfigLayout, ConfigVolume } from "../config/config-volume.ts";
import { localGuestConfig, type GuestosConfig } from "../config/guestos-config.ts";
import { injectedEntries, parseInjected, type Injected } from "../config/injected.ts";
import { readConfigFile } from "../config/read-config.ts";
import { failOnProblems } from "../lib/failure.ts";
import { userPath } from "../lib/user-path.ts";

/** What the guest's CONFIG volume is made from, besides its keys. */
export interface GuestConfig {
  /** The user's document; without, that of a guest on this machine. */
  document?: GuestosConfig;
  /** Name of the guest; without, the document's, or the launcher's name for it. */
  hostname?: string;
  injected: Injected;
  layout: ConfigLayout;
}

/** Reads what the flags name. All of it is checked before anything is made. */
export function readGuestConfig(flags: { config?: string | undefined; hostname?: string | undefined; inject?: string[] | undefined; configLayout: ConfigLayout }): GuestConfig {
  const guest: GuestConfig = {
    ...(flags.config === undefined ? {} : { document: readConfigFile(userPath(flags.config)) }),
    ...(flags.hostname === undefined ? {} : { hostname: flags.hostname }),
    injected: parseInjected(flags.inject ?? [], userPath),
    layout: flags.configLayout,
  };
  failOnProblems("config.json", checkGuestosConfig(guestVolume(guest, "vm", []).config).problems);
  injectedEntries(guest.injected);
  return guest;
}

/** The volume of the guest that the launcher calls `vm`. Its keys get in whatever the document says: the launcher itself logs in. */
export function guestVolume(guest: GuestConfig, vm: string, keys: readonly string[]): ConfigVolume {
  const config = structuredClone(guest.document ?? localGuestConfig());
  config.icos_settings.use_ssh_authorized_keys = true;
  const dev = config.guestos_settings.guestos_dev_settings;
  dev.hostname = guest.hostname ?? (dev.hostname || vm);
  return { config, authorizedKeys: { admin: keys, root: keys }, injected: guest.injected };
}
