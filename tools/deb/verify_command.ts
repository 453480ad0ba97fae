import type { Argv, CommandModule } from "yargs";
import { failOnProblems } from "../lib/failure.ts";
import { readDefinition } from "./definition.ts";
import { demandLock } from "./lock_file.ts";
import { staleness } from "./staleness.ts";
import { besideDefinition, inWorkspace } from "./workspace.ts";

interface Flags {
  definition: string;
  lock: string | undefined;
  refresh: string;
}

/** `deb verify`: tells, without a network, whether a lock still belongs to its definition. */
export const verifyCommand: CommandModule<object, Flags> = {
  command: "verify",
  describe: "Check without a network that a lock answers its source definition",
  builder: (command: Argv): Argv<Flags> =>
    command
      .option("definition", { type: "string", demandOption: true, describe: "Source definition (packages.json)" })
      .option("lock", { type: "string", describe: "Its lock; default: packages.lock.json beside the definition" })
      .option("refresh", { type: "string", default: "deb lock", describe: "Command that writes the lock anew, for the message" })
      .example("$0 verify --definition packages.json", "exit 4 when packages.json was changed after the lock"),
  handler: (flags) => {
    const definition = inWorkspace(flags.definition);
    const lock = flags.lock === undefined ? besideDefinition(definition) : inWorkspace(flags.lock);
    failOnProblems(`${lock} is not a lock of ${definition}`, staleness(readDefinition(definition), demandLock(lock)), { hint: flags.refresh });
  },
};
