import path from "node:path";
import type { Argv, CommandModule } from "yargs";
import { writeFileAtomic } from "../lib/atomic.ts";
import { ExitCode, Failure } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { lock } from "./lock.ts";
import { formatLock, readLock } from "./lock_file.ts";
import { givenMirrors } from "./mirror.ts";
import { changes, sizes } from "./summary.ts";
import { besideDefinition, inWorkspace } from "./workspace.ts";

interface Flags {
  definition: string;
  output: string | undefined;
  check: boolean;
  mirror: string[] | undefined;
  keyring: string | undefined;
  "keyring-folder": string[];
  "allow-unsigned": boolean;
  "allow-expired": boolean;
  "apt-programs": string;
}

/** `deb lock`: resolves a source definition and writes its lock. */
export const lockCommand: CommandModule<object, Flags> = {
  command: "lock",
  describe: "Resolve a source definition and write its lock",
  builder: (command: Argv): Argv<Flags> =>
    command
      .option("definition", { type: "string", demandOption: true, describe: "Source definition (packages.json)" })
      .option("output", { type: "string", describe: "Lock to write; default: packages.lock.json beside the definition" })
      .option("check", { type: "boolean", default: false, describe: "Write nothing; exit 4 when the lock is not what the sources give now" })
      .option("mirror", { type: "string", array: true, nargs: 1, describe: "URL that ends in /<archive>, or <archive>=URL; default: $ICOS_DEBIAN_MIRROR, else the mirrors of the host's apt" })
      .option("keyring", { type: "string", describe: "OpenPGP keyring; default: the definition's, else <distribution>-archive-keyring.gpg in one of the keyring folders" })
      .option("keyring-folder", { type: "string", array: true, nargs: 1, default: ["/usr/share/keyrings"], describe: "Where keyrings of distributions are" })
      .option("allow-unsigned", { type: "boolean", default: false, describe: "Take sources whose signature is missing or unknown" })
      .option("allow-expired", { type: "boolean", default: false, describe: "Take sources whose Valid-Until has passed" })
      .option("apt-programs", { type: "string", default: "", describe: "Folder of apt-get and apt-cache; default: found in PATH" })
      .example("$0 lock --definition packages.json", "write packages.lock.json")
      .example("$0 lock --definition packages.json --check", "report drift only"),
  handler: async (flags) => {
    const definition = inWorkspace(flags.definition);
    const output = flags.output === undefined ? besideDefinition(definition) : inWorkspace(flags.output);
    const before = readLock(output);
    const after = await lock(definition, {
      mirrors: flags.mirror ?? givenMirrors(process.env["ICOS_DEBIAN_MIRROR"]),
      keyring: flags.keyring === undefined ? undefined : inWorkspace(flags.keyring),
      keyringFolders: flags["keyring-folder"],
      allowUnsigned: flags["allow-unsigned"],
      allowExpired: flags["allow-expired"],
      programs: flags["apt-programs"],
    });
    const difference = changes(before, after);
    for (const line of difference) log(line);
    log(`${sizes(after)}; ${difference.length === 0 ? "up to date" : `${difference.length} changes`}`);
    if (difference.length === 0) return;
    if (flags.check) throw new Failure(`${path.relative(inWorkspace("."), output)} is not what the sources give now`, { exitCode: ExitCode.input, hint: "the same command without --check" });
    writeFileAtomic(output, formatLock(after));
  },
};
