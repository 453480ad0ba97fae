import fs from "node:fs";
import type { CommandModule } from "yargs";
import { z } from "zod";
import { parseCount } from "../launch/flags.ts";
import { ExitCode, Failure } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { locateTools, located } from "../vm/vm-tools.ts";
import { readDescription, type Description } from "./description.ts";
import { findTestnet } from "./record.ts";
import { formatSummary, summarize } from "./summary.ts";
import { upgradeTestnet, type Update } from "./upgrade.ts";

/** `upgrade`: brings another version to every node, one after the other. */
export const upgradeCommand: CommandModule<object, { target: string; update?: string | undefined; timeout: number }> = {
  command: "upgrade [update]",
  describe: "VERSION: upgrades node after node and stops at the first that is not healthy afterwards. One JSON object on stdout, everything else on stderr.",
  builder: (yargs) =>
    yargs
      .positional("update", { type: "string", describe: "one of the versions that the testnet's rule names in `updates`" })
      .option("target", { type: "string", demandOption: true, hidden: true })
      .option("timeout", { type: "number", default: 600, describe: "seconds for each step of one node: install, restart, healthy" })
      .example("bazel run TARGET -- test", ""),
  handler: async ({ target, update, timeout }) => {
    const description = readDescription(target);
    const chosen = findUpdate(description, update);
    const testnet = findTestnet(description.name);
    const nodes = await upgradeTestnet(testnet, chosen, locateTools(description.tools), { step: parseCount("--timeout", timeout), confirm: 120 });
    const summary = await summarize(testnet);
    log(formatSummary(summary).trimEnd());
    process.stdout.write(`${JSON.stringify({ upgrade: { version: chosen.version, nodes }, ...summary })}\n`);
  },
};

function findUpdate({ updates, label }: Description, named: string | undefined): Update {
  const found = updates.find((update) => update.name === named);
  const names = updates.map((update) => update.name).join(", ");
  if (found === undefined) {
    throw new Failure(`${named === undefined ? "name a version" : `no version ${named} in ${label}`}; there is ${names || "none: give the rule `updates`"}`, { exitCode: ExitCode.usage });
  }
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(fs.readFileSync(located(found.manifest), "utf8")));
  return { archive: located(found.archive), version };
}
