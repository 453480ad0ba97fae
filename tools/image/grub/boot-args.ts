import { failOnProblems } from "../../lib/failure.ts";
import type { VerityParams } from "../verity/params.ts";

/** Longest command line that x86 Linux keeps (arch/x86/include/asm/setup.h: COMMAND_LINE_SIZE, with its zero byte). */
const COMMAND_LINE_BYTES = 2048;

/** Variables that grub.cfg takes from the file: one complete kernel command line for each slot. */
const REQUIRED = ["BOOT_ARGS_A", "BOOT_ARGS_B"];

/** Words of a template that are replaced. */
export interface BootArgsValues {
  /** Replaces ROOT_HASH and VERITY. */
  verity: VerityParams;
  /** Replaces EXTRA_ARGS: further kernel arguments of an environment. */
  extraArgs: readonly string[];
}

/** Fills a boot_args template. The command lines are complete, so that they can be measured before anything boots. */
export function fillBootArgs(template: string, values: BootArgsValues): string {
  const { dataBlocks, hashStartBlock, salt, rootHash } = values.verity;
  const words: Record<string, string> = {
    ROOT_HASH: rootHash,
    VERITY: `${dataBlocks}:${hashStartBlock}:${salt}`,
    EXTRA_ARGS: values.extraArgs.join(" "),
  };
  const settings = template.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const filled = settings.map((line) => line.replace(/\b(?:ROOT_HASH|VERITY|EXTRA_ARGS)\b/g, (word) => words[word]!).replace(/ +/g, " ").replace(/ "$/, '"'));
  failOnProblems("boot_args", findProblems(settings, filled), { hint: `a line is: BOOT_ARGS_A="… root_hash=ROOT_HASH guestos.verity=VERITY … EXTRA_ARGS"` });
  return `${filled.join("\n")}\n`;
}

function findProblems(settings: readonly string[], filled: readonly string[]): string[] {
  const lines = new Map(filled.map((line) => [/^(\w+)=/.exec(line)?.[1] ?? line, line]));
  return [
    ...["ROOT_HASH", "VERITY"].filter((word) => !settings.some((line) => new RegExp(`\\b${word}\\b`).test(line))).map((word) => `the template does not use ${word}: nothing would protect the root file system`),
    ...REQUIRED.filter((name) => !lines.has(name)).map((name) => `the template does not set ${name}`),
    ...[...lines].flatMap(([name, line]) => {
      // GRUB expands $ and takes \ and " as quoting.
      if (!/^\w+="[^"$\\]*"$/.test(line)) return [`expected NAME="value" without ", $ or \\ in the value, got \`${line}\``];
      const length = line.length - name.length - 3;
      return length < COMMAND_LINE_BYTES ? [] : [`${name}: ${length - COMMAND_LINE_BYTES + 1} characters too long: Linux keeps ${COMMAND_LINE_BYTES - 1}, got ${length}`];
    }),
  ];
}
