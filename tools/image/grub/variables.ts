import { ExitCode, failOnProblems } from "../../lib/failure.ts";

/** Reads `--set NAME=VALUE` flags; the value may hold further `=`. */
export function parseVariables(flag: string, values: readonly string[]): Map<string, string> {
  const pairs = values.map((value) => /^(\w+)=([^]*)$/.exec(value));
  failOnProblems(flag, values.filter((_, index) => pairs[index] === null).map((value) => `expected NAME=VALUE, got \`${value}\``), { exitCode: ExitCode.usage });
  return new Map(pairs.flatMap((pair) => (pair === null ? [] : [[pair[1]!, pair[2]!] as const])));
}
