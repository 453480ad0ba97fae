import fs from "node:fs";
import path from "node:path";
import { writeConfigVolume } from "../../config/config-volume.ts";
import type { GuestosConfig } from "../../config/guestos-config.ts";
import { exec } from "../../lib/exec.ts";
import type { VmTools } from "../vm-tools.ts";

/** What a test's guest has on this machine, wherever it runs. */
export interface GuestFolder {
  path: string;
  /** Private key that opens the guest. */
  key: string;
  /** Writes the CONFIG volume, which lets the key in as root and as admin, and gives its file. */
  writeConfig(config: GuestosConfig): Promise<string>;
}

/** Makes the folder of a guest, and its key. */
export async function makeGuestFolder(name: string, tools: VmTools): Promise<GuestFolder> {
  const folder = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", `${name}-`));
  const key = path.join(folder, "ssh_key");
  await exec(tools.sshKeygen, ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", key]);
  const publicKey = fs.readFileSync(`${key}.pub`, "utf8").trim();
  const writeConfig = async (config: GuestosConfig): Promise<string> => {
    const volume = path.join(folder, "config.img");
    await writeConfigVolume({ config, authorizedKeys: { admin: [publicKey], root: [publicKey] } }, tools, volume);
    return volume;
  };
  return { path: folder, key, writeConfig };
}
