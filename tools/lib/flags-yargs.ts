import yargs from "yargs";
import { ExitCode, Failure } from "./failure.ts";
import type { CommandLine, Flags } from "./flags.ts";

/** What `readFlags` does with a command line that it does not take: prints the help, or fails with what is wrong. */
export async function explainFlags(line: CommandLine<Flags>, argv: readonly string[]): Promise<Record<string, unknown>> {
  let parser = yargs([...argv]).scriptName(line.name).usage(line.usage);
  for (const [name, flag] of Object.entries(line.flags)) {
    const required = flag.list !== true && flag.default === undefined && flag.optional !== true;
    parser = parser.option(name, {
      type: flag.type,
      describe: flag.describe,
      ...(flag.list === true ? { array: true, nargs: 1, default: [] } : { default: flag.default, requiresArg: flag.type !== "boolean" }),
      ...(required ? { demandOption: true } : {}),
    });
  }
  if (line.rest !== undefined) parser = parser.demandCommand(1, `expected ${line.rest}`);
  const fail = (message: string): never => {
    throw new Failure(message, { exitCode: ExitCode.usage, hint: `${line.name} --help` });
  };
  const flags: Record<string, unknown> = await (line.rest === undefined ? parser.strict() : parser.strictOptions())
    .fail((message, error) => {
      if (error !== undefined && error !== null) throw error;
      fail(message);
    })
    .parseAsync();
  for (const [name, flag] of Object.entries(line.flags)) {
    if (flag.list !== true && Array.isArray(flags[name])) fail(`--${name} is given more than once`);
    if (flag.type === "number" && Number.isNaN(flags[name])) fail(`--${name}: expected a number`);
  }
  return flags;
}
