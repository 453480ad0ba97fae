import type { CommandModule } from "yargs";
import { runInForeground } from "../launch/foreground.ts";
import { sshArgs, type SshTarget } from "../vm/ssh.ts";
import { located } from "../vm/vm-tools.ts";
import { readDescription } from "./description.ts";
import { findNode, findTestnet, sshAddress, type NodeRecord, type TestnetRecord } from "./record.ts";

/** `ssh`: logs in to a node, or runs a command in it. */
export const sshCommand: CommandModule<object, { target: string; node?: string | undefined; user?: string | undefined }> = {
  command: "ssh [node]",
  describe: "NODE [COMMAND...]: logs in to a node, or runs a command in it and gives its exit code.",
  builder: (yargs) =>
    yargs
      .positional("node", { type: "string", describe: "name of the node; what follows is run in it" })
      .option("target", { type: "string", demandOption: true, hidden: true })
      .option("user", { type: "string", describe: "account; default: the testnet's" })
      .example("bazel run TARGET -- app-1 systemctl --failed", ""),
  handler: async ({ target, node: name, user, ...flags }) => {
    const description = readDescription(target);
    const testnet = findTestnet(description.name);
    const node = findNode(testnet, name);
    const command = ((flags as { "--"?: unknown[] })["--"] ?? []).map(String);
    process.exitCode = await runInForeground(located(description.tools.ssh), [...sshArgs(nodeTarget(testnet, node, user)), ...command]);
  },
};

/** What follows the node belongs to the command that is run there, flags and all: puts the word between that says so. */
export function keepRemoteCommand(words: readonly string[]): string[] {
  if (words[0] !== "ssh") return [...words];
  let node = 1;
  while (words[node]?.startsWith("-") === true && words[node] !== "--") node += ["--target", "--user"].includes(words[node]!) ? 2 : 1;
  return [...words.slice(0, node + 1), "--", ...words.slice(node + 1)];
}

/** The way into a node. */
export function nodeTarget(testnet: TestnetRecord, node: NodeRecord, user = testnet.user): SshTarget {
  return { ...sshAddress(node), user, key: testnet.key };
}
