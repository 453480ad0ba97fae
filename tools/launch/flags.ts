import { ExitCode, Failure } from "../lib/failure.ts";

/** Memory in MiB: "4096", "4096M" or "4G". */
export function parseMemory(typed: string): number {
  const match = /^(\d+(?:\.\d+)?)([MG]?)$/i.exec(typed.trim());
  const amount = Number(match?.[1] ?? Number.NaN) * (match?.[2]?.toUpperCase() === "G" ? 1024 : 1);
  if (Number.isInteger(amount) && amount >= 128) return amount;
  throw new Failure(`--memory: expected MiB or a size such as 4G, at least 128 MiB, got ${JSON.stringify(typed)}`, { exitCode: ExitCode.usage });
}

/** A TCP port. */
export function parsePort(flag: string, typed: number): number {
  if (Number.isInteger(typed) && typed >= 1 && typed <= 65535) return typed;
  throw new Failure(`${flag}: expected a port from 1 to 65535, got ${typed}`, { exitCode: ExitCode.usage });
}

/** A whole number of at least one. */
export function parseCount(flag: string, typed: number): number {
  if (Number.isInteger(typed) && typed >= 1) return typed;
  throw new Failure(`${flag}: expected a whole number of at least 1, got ${typed}`, { exitCode: ExitCode.usage });
}
