import fs from "node:fs";
import path from "node:path";
import { finish, scratchFolder, unfinishedPath } from "../lib/atomic.ts";
import { hermeticEnvironment, sourceDateEpoch } from "../lib/epoch.ts";
import { exec } from "../lib/exec.ts";
import { failOnProblems } from "../lib/failure.ts";
import { guestosConfig, type GuestosConfig } from "./guestos-config.ts";

/** What a CONFIG volume holds. */
export interface ConfigVolume {
  config: GuestosConfig;
  /** Public keys by account ("admin", "root" ...), one a line. */
  authorizedKeys: Readonly<Record<string, readonly string[]>>;
}

/** Programs that make the volume. */
export interface ConfigVolumeTools {
  /** mkfs.vfat of dosfstools. */
  mkfsVfat: string;
  /** mtools, called as `mtools -c mcopy`. */
  mtools: string;
}

/** The guest looks the volume up by this label. */
const label = "CONFIG";
/** Volume id, where mkfs.vfat would put the time: "CONF" in ASCII. */
const volumeId = "434f4e46";
/** Bytes of the volume. */
const size = 4 * 1024 * 1024;

/** Writes the volume that the guest takes its configuration from: vfat, no root needed, the same bytes for the same content. */
export async function writeConfigVolume(volume: ConfigVolume, tools: ConfigVolumeTools, target: string): Promise<void> {
  const files = configFiles(volume);
  using scratch = scratchFolder("config");
  const temporary = unfinishedPath(target);
  fs.writeFileSync(temporary, "", { mode: 0o600 });
  fs.truncateSync(temporary, size);
  await exec(tools.mkfsVfat, ["--invariant", "-n", label, "-i", volumeId, temporary], { env: hermeticEnvironment });
  for (const [name, content] of files) {
    const file = path.join(scratch.path, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    fs.utimesSync(file, sourceDateEpoch, sourceDateEpoch);
  }
  for (const folder of fs.readdirSync(scratch.path).sort()) fs.utimesSync(path.join(scratch.path, folder), sourceDateEpoch, sourceDateEpoch);
  // One call copies in the order of its arguments; -s folders, -m keep the time, -Q stop at the first error.
  const names = fs.readdirSync(scratch.path).sort();
  await exec(tools.mtools, ["-c", "mcopy", "-smQ", "-i", temporary, ...names.map((name) => path.join(scratch.path, name)), "::/"], { env: hermeticEnvironment });
  finish(temporary, target);
}

/** Path and content of each file of the volume, sorted by path. */
export function configFiles(volume: ConfigVolume): [string, string][] {
  const checked = guestosConfig.safeParse(volume.config);
  failOnProblems("config.json", checked.error?.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) ?? []);
  const keys = Object.entries(volume.authorizedKeys).map(([account, lines]): [string, string] => [
    `accounts_ssh_authorized_keys/${account}`,
    lines.map((line) => `${line}\n`).join(""),
  ]);
  return [...keys.sort(([a], [b]) => (a < b ? -1 : 1)), ["config.json", `${JSON.stringify(volume.config, null, 2)}\n`]];
}
