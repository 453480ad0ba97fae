import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { ExitCode, Failure } from "../../../tools/lib/failure.ts";
import { parseListenAddress, type ListenAddress } from "./address.ts";

/** A flag of a service. */
export interface Flag {
  /** Placeholder of the value in the help; none for a switch. */
  value?: string;
  describe: string;
}

/**
 * Reads a command line. Only for what runs in the guest, whose start counts: the tools use yargs, which costs as much as the rest of the bundle.
 * A switch that is given reads "true". Prints the help and ends the process for `--help`.
 */
export function readFlags<Name extends string>(usage: string, flags: Readonly<Record<Name, Flag>>, args: readonly string[]): Partial<Record<Name, string>> {
  const options: ParseArgsOptionsConfig = { help: { type: "boolean" } };
  for (const [name, flag] of Object.entries<Flag>(flags)) options[name] = { type: flag.value === undefined ? "boolean" : "string" };
  let values: Record<string, unknown>;
  try {
    values = parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new Failure((error as Error).message, { exitCode: ExitCode.usage, hint: "--help" });
  }
  if (values["help"] === true) {
    process.stdout.write(help(usage, flags));
    process.exit(0);
  }
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])) as Partial<Record<Name, string>>;
}

/** A flag that is a number of milliseconds. */
export function milliseconds(name: string, text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new Failure(`--${name}: expected milliseconds, got ${JSON.stringify(text)}`, { exitCode: ExitCode.usage, hint: "--help" });
}

/** A flag that is an address to listen on. */
export function addressFlag(name: string, text: string | undefined, fallback: ListenAddress): ListenAddress {
  const address = text === undefined ? fallback : parseListenAddress(text);
  if (address !== undefined) return address;
  throw new Failure(`--${name}: expected an address and a port such as [::]:8080, got ${JSON.stringify(text)}`, { exitCode: ExitCode.usage, hint: "--help" });
}

function help(usage: string, flags: Readonly<Record<string, Flag>>): string {
  const lines = Object.entries(flags).map(([name, flag]) => `  --${name}${flag.value === undefined ? "" : ` ${flag.value}`}\n      ${flag.describe}\n`);
  return `${usage}\n\n${lines.join("")}`;
}
