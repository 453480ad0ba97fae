import { parseArgs } from "node:util";

/** A flag of an image stage: `--name VALUE` or `--name=VALUE`. */
export interface Flag {
  type: "string" | "number" | "boolean";
  describe: string;
  /** May be given several times. */
  list?: true;
  /** What it is without being given. A flag with neither this nor `optional` is required; a list is empty. */
  default?: string | number | boolean;
  optional?: true;
}

/** Flags by name, as they are written: `mkfs-erofs`. */
export type Flags = Readonly<Record<string, Flag>>;

type Value<F extends Flag> = F["type"] extends "number" ? number : F["type"] extends "boolean" ? boolean : string;
type Given<F extends Flag> = F extends { list: true } ? Value<F>[] : F extends { optional: true } ? Value<F> | undefined : Value<F>;

/** Values of flags, and the arguments that are no flags. */
export type Parsed<F extends Flags> = { readonly [Name in keyof F]: Given<F[Name]> } & { readonly _: readonly string[] };

/** What a stage's command line looks like. */
export interface CommandLine<F extends Flags> {
  /** Name in messages. */
  name: string;
  /** What it does, and an example; `$0` stands for the name. */
  usage: string;
  flags: F;
  /** What the arguments that are no flags are; without it there are none, with it at least one. */
  rest?: string;
}

/**
 * Reads the command line of an image stage. A build starts two dozen stages, and loading yargs takes as long as most of their work: so Node's own
 * parser reads what Bazel writes, and yargs comes in only for `--help` and to say what is wrong.
 */
export async function readFlags<const F extends Flags>(line: CommandLine<F>, argv = process.argv.slice(2)): Promise<Parsed<F>> {
  return (parsed(line, argv) ?? (await (await import("./flags-yargs.ts")).explainFlags(line, argv))) as Parsed<F>;
}

/** Values, or undefined when anything is not as it should be. */
function parsed(line: CommandLine<Flags>, argv: readonly string[]): Record<string, unknown> | undefined {
  const options = Object.fromEntries(
    Object.entries(line.flags).map(([name, flag]) => [name, { type: flag.type === "boolean" ? ("boolean" as const) : ("string" as const), multiple: true }]),
  );
  let given;
  try {
    given = parseArgs({ args: [...argv], options, allowPositionals: line.rest !== undefined });
  } catch {
    return undefined;
  }
  if (line.rest !== undefined && given.positionals.length === 0) return undefined;
  const values: Record<string, unknown> = { _: given.positionals };
  for (const [name, flag] of Object.entries(line.flags)) {
    const found = (given.values[name] as (string | boolean)[] | undefined)?.map((value) => (flag.type === "number" ? Number(value) : value)) ?? [];
    const missing = flag.list !== true && flag.default === undefined && flag.optional !== true && found.length === 0;
    if (missing || (flag.list !== true && found.length > 1) || found.some((value) => Number.isNaN(value))) return undefined;
    values[name] = flag.list === true ? found : (found[0] ?? flag.default);
  }
  return values;
}
