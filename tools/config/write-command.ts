import type { CommandModule, InferredOptionTypes } from "yargs";
import { failOnProblems } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { userPath } from "../lib/user-path.ts";
import { checkGuestosConfig } from "./check-config.ts";
import { configLayouts, writeConfigVolume } from "./config-volume.ts";
import { guestOptions, withGuestFlags, type GuestFlags } from "./guest-flags.ts";
import { localGuestConfig, type GuestosConfig } from "./guestos-config.ts";
import { injectable, parseInjected } from "./injected.ts";
import { networkOptions, withNetworkFlags, type NetworkFlags } from "./network-flags.ts";
import { readConfigFile } from "./read-config.ts";
import { authorizedKeys } from "./ssh-key-flags.ts";
import { toolOptions, volumeTools } from "./tool-flags.ts";
import { volumeSummary } from "./written-volume.ts";

const writeOptions = {
  "output": { type: "string", demandOption: true, describe: "image to write" },
  "config": { type: "string", describe: "config.json to start from; default: a guest on this machine. Other flags change it" },
  "ssh-key": { type: "string", array: true, nargs: 1, describe: "[ACCOUNT=]FILE: public keys that may log in; without ACCOUNT as admin and root" },
  "inject": { type: "string", array: true, nargs: 1, describe: `NAME=PATH: put in a folder or file; names: ${Object.keys(injectable).join(", ")}` },
  "layout": { choices: configLayouts, default: "files" as const, describe: "files as they are, or one ic-bootstrap.tar" },
  "json": { type: "boolean", default: false, describe: "print what was written as one JSON object" },
  ...guestOptions,
  ...networkOptions,
  ...toolOptions,
} as const;

/** `config write`: makes a CONFIG volume from flags, or from a document that flags change. */
export const writeCommand: CommandModule<object, InferredOptionTypes<typeof writeOptions>> = {
  command: ["write", "$0"],
  describe: "write a CONFIG volume (vfat image); no root needed, same content gives same bytes",
  builder: (yargs) =>
    yargs
      .options(writeOptions)
      .example("$0 write --output config.img --ssh-key ~/.ssh/id_ed25519.pub", "")
      .example("$0 write --output config.img --config config.json --inject ic_crypto=out/crypto", ""),
  handler: async (flags) => {
    const keys = authorizedKeys(flags.sshKey ?? [], userPath);
    const injected = parseInjected(flags.inject ?? [], userPath);
    const config = withFlags(flags.config === undefined ? localGuestConfig() : readConfigFile(userPath(flags.config)), flags);
    if (Object.keys(keys).length > 0) config.icos_settings.use_ssh_authorized_keys = true;
    failOnProblems("config.json", checkGuestosConfig(config).problems, { hint: "docs/config.md lists every field" });
    const output = userPath(flags.output);
    const written = await writeConfigVolume({ config, authorizedKeys: keys, injected }, volumeTools(flags), output, flags.layout);
    if (flags.json) process.stdout.write(`${JSON.stringify(volumeSummary(written, output))}\n`);
    else log(`${output}: ${written.fat.bytes} bytes, FAT${written.fat.bits}, ${written.entries.filter(({ kind }) => kind === "file").length} files`);
  },
};

function withFlags(config: GuestosConfig, flags: NetworkFlags & GuestFlags): GuestosConfig {
  const changed = withGuestFlags(config, flags, userPath);
  return { ...changed, network_settings: withNetworkFlags(changed.network_settings, flags) };
}
