import { failOnProblems } from "../lib/failure.ts";
import { byteOrder } from "../image/tar/byte-order.ts";
import { accounts } from "./authorized-keys.ts";
import { checkGuestosConfig } from "./check-config.ts";
import type { GuestosConfig } from "./guestos-config.ts";
import { checkNnsKey, injectedEntries, type Injected } from "./injected.ts";
import type { VolumeEntry } from "./volume-entry.ts";

/** What a CONFIG volume holds. */
export interface ConfigVolume {
  /** config.json. `inject_*` are set for what `injected` has. */
  config: GuestosConfig;
  /** Public keys by account (one of `accounts`), one a line. */
  authorizedKeys: Readonly<Record<string, readonly string[]>>;
  /** Keys, state, registry that the guest starts with. */
  injected?: Injected;
}

/** Files and folders of the volume, sorted by path as bytes. Fails with every problem. */
export function volumeEntries(volume: ConfigVolume): VolumeEntry[] {
  const { config, problems } = checkGuestosConfig(withInjected(volume.config, volume.injected ?? {}));
  failOnProblems("config.json", problems, { hint: "docs/config.md lists every field" });
  const unknown = Object.keys(volume.authorizedKeys).filter((account) => !accounts.includes(account));
  failOnProblems("authorized keys", unknown.map((account) => `expected an account of ${accounts.join(", ")}, got ${JSON.stringify(account)}`));
  if (volume.injected?.nns_public_key !== undefined) checkNnsKey(volume.injected.nns_public_key);
  const keys = Object.entries(volume.authorizedKeys).map(([account, lines]): VolumeEntry => textFile(`accounts_ssh_authorized_keys/${account}`, lines.map((line) => `${line}\n`).join("")));
  const entries = [
    textFile("config.json", `${JSON.stringify(config, null, 2)}\n`),
    ...(keys.length === 0 ? [] : [{ path: "accounts_ssh_authorized_keys", kind: "directory" } as const, ...keys]),
    ...injectedEntries(volume.injected ?? {}),
  ];
  return entries.sort((a, b) => byteOrder(a.path, b.path));
}

function withInjected(config: GuestosConfig, injected: Injected): GuestosConfig {
  const guestos = { ...config.guestos_settings };
  for (const name of ["ic_crypto", "ic_state", "ic_registry_local_store"] as const) {
    if (injected[name] !== undefined) guestos[`inject_${name}`] = true;
  }
  return { ...config, guestos_settings: guestos };
}

function textFile(path: string, text: string): VolumeEntry {
  return { path, kind: "file", content: Buffer.from(text) };
}
