import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { writeConfigVolume } from "../../tools/config/config-volume.ts";
import { localGuestConfig, type GuestosConfig } from "../../tools/config/guestos-config.ts";
import { testConfig } from "../../tools/vm/testing/test-config.ts";

/** The root key that the volume brings, in PEM. */
export const rootKey = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }).toString();

/** A key that nobody has: of the accounts that the test does not log in as. */
export const strangerKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPqn6l5QDG7y8SyoV5dW0nT9qF4BqgGJpFmEfIu6u3Bq someone";

/** Writes a volume that has all that a volume may bring, as the tool for them does, to a file in the folder of a test's guest, whose CONFIG volume is config.img. */
export async function writeFullVolume(hostname: string, folder: string, { name = "config.img", network }: { name?: string; network?: GuestosConfig["network_settings"] } = {}): Promise<void> {
  const put = (name: string, text: string): string => {
    const file = path.join(folder, "injected", name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return file;
  };
  for (const file of ["ic_crypto/ic-vault/key", "ic_state/0/state", "ic_registry_local_store/0/1.pb"]) put(file, `of ${file.split("/")[0]!}\n`);
  const part = (name: string): string => path.join(folder, "injected", name);
  const injected = {
    ...{ ic_crypto: part("ic_crypto"), ic_state: part("ic_state"), ic_registry_local_store: part("ic_registry_local_store") },
    nns_public_key: put("root.pem", rootKey),
  };
  const config = localGuestConfig({ hostname });
  if (network !== undefined) config.network_settings = network;
  config.icos_settings.use_node_operator_private_key = true;
  config.icos_settings.node_operator_private_key = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n";
  const own = fs.readFileSync(path.join(folder, "ssh_key.pub"), "utf8").trim();
  const authorizedKeys = { admin: [own], backup: [strangerKey], readonly: [strangerKey], root: [own] };
  await writeConfigVolume({ config, authorizedKeys, injected }, testConfig().tools, path.join(folder, name));
}
