import fs from "node:fs";
import type { CommandModule } from "yargs";
import { runInForeground } from "../launch/foreground.ts";
import { ExitCode, Failure } from "../lib/failure.ts";
import { plainText } from "../vm/console-log.ts";
import { sshArgs } from "../vm/ssh.ts";
import { located } from "../vm/vm-tools.ts";
import { readDescription } from "./description.ts";
import { farmClient } from "./farm-client.ts";
import { findNode, findTestnet, type NodeRecord, type TestnetRecord } from "./record.ts";
import { nodeTarget } from "./ssh-command.ts";

interface Flags {
  target: string;
  node?: string | undefined;
  unit?: string | undefined;
  follow: boolean;
  lines: number;
  console: boolean;
}

/** `logs`: a node's journal, or what it wrote on its console. */
export const logsCommand: CommandModule<object, Flags> = {
  command: "logs [node]",
  describe: "NODE: shows the journal of a node; --console shows its console instead, also that of a node that gives no login.",
  builder: (yargs) =>
    yargs
      .positional("node", { type: "string", describe: "name of the node" })
      .option("target", { type: "string", demandOption: true, hidden: true })
      .option("unit", { type: "string", describe: "only this systemd unit" })
      .option("follow", { type: "boolean", default: false, alias: "f", describe: "go on as more is written" })
      .option("lines", { type: "number", default: 200, alias: "n", describe: "how many of the last lines; 0: all" })
      .option("console", { type: "boolean", default: false, describe: "what the node wrote on its serial console" })
      .example("bazel run TARGET -- app-1 --unit ic-replica --follow", ""),
  handler: async (flags) => {
    const description = readDescription(flags.target);
    const testnet = findTestnet(description.name);
    const node = findNode(testnet, flags.node);
    if (flags.console && (flags.follow || flags.unit !== undefined)) {
      throw new Failure("--console: goes with neither --follow nor --unit, which are for the journal", { exitCode: ExitCode.usage, hint: `tail -F ${node.consoleLog}` });
    }
    if (flags.console) return void process.stdout.write(lastLines(plainText(await consoleText(testnet, node)), flags.lines));
    if (flags.unit !== undefined && !/^[A-Za-z0-9:_.@\\-]+$/.test(flags.unit)) throw new Failure(`--unit: expected the name of a unit, got ${JSON.stringify(flags.unit)}`, { exitCode: ExitCode.usage });
    const journal = ["journalctl", "--boot", "--no-pager", `--lines=${flags.lines === 0 ? "all" : flags.lines}`];
    if (flags.unit !== undefined) journal.push(`--unit='${flags.unit}'`);
    if (flags.follow) journal.push("--follow");
    process.exitCode = await runInForeground(located(description.tools.ssh), [...sshArgs(nodeTarget(testnet, node)), ...journal]);
  },
};

async function consoleText({ farm }: TestnetRecord, node: NodeRecord): Promise<string> {
  if (farm === undefined) return fs.readFileSync(node.consoleLog, "utf8");
  return (await farmClient(farm.url).consoleLog(farm.group, node.name)).toString("utf8");
}

function lastLines(text: string, count: number): string {
  const lines = text.trimEnd().split("\n");
  return `${(count === 0 ? lines : lines.slice(-count)).join("\n")}\n`;
}
