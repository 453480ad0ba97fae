import fs from "node:fs";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../lib/failure.ts";
import { runMain } from "../lib/main.ts";
import { publicKeys } from "./authorized-keys.ts";
import { writeConfigVolume } from "./config-volume.ts";
import { localGuestConfig } from "./guestos-config.ts";

await runMain("config", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("config")
    .usage("$0 --output FILE --ssh-key FILE\n\nWrites a CONFIG volume (vfat image) for a guest on this machine.")
    .option("output", { type: "string", demandOption: true, describe: "file to write" })
    .option("ssh-key", { type: "string", array: true, demandOption: true, describe: "public key file whose owner may log in; may be given more than once" })
    .option("account", { type: "string", array: true, default: ["admin", "root"], describe: "accounts that the keys open" })
    .option("hostname", { type: "string", describe: "name of the guest" })
    .option("mkfs-vfat", { type: "string", default: "mkfs.vfat", describe: "mkfs.vfat program" })
    .option("mtools", { type: "string", default: "mtools", describe: "mtools program" })
    .example("$0 --output config.img --ssh-key ~/.ssh/id_ed25519.pub", "")
    .strict()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "config --help" });
    })
    .parseAsync();
  const keys = flags.sshKey.flatMap((file) => publicKeys(fs.readFileSync(file, "utf8"), file));
  const volume = {
    config: localGuestConfig(flags.hostname === undefined ? {} : { hostname: flags.hostname }),
    authorizedKeys: Object.fromEntries(flags.account.map((account) => [account, keys])),
  };
  await writeConfigVolume(volume, { mkfsVfat: flags.mkfsVfat, mtools: flags.mtools }, flags.output);
});
