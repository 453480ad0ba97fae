import { ExitCode, Failure } from "../../lib/failure.ts";

const UNITS = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 } as const;

/** Bytes of a size such as `100M` (binary units K, M, G; a plain number is bytes), or undefined when it is none. */
export function parseSize(text: string): number | undefined {
  const match = /^([1-9][0-9]*)([KMG]?)$/.exec(text);
  if (match === null) return undefined;
  const bytes = Number(match[1]) * (match[2] === "" ? 1 : UNITS[match[2] as keyof typeof UNITS]);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A number of bytes as one reads it: `1.5 MiB`, and `4096 bytes` where a unit would hide what matters. */
export function formatSize(bytes: number): string {
  for (const [unit, factor] of Object.entries(UNITS).reverse()) {
    if (bytes >= factor * 10 || (bytes >= factor && bytes % factor === 0)) {
      return `${Number((bytes / factor).toFixed(1))} ${unit}iB`;
    }
  }
  return `${bytes} bytes`;
}

/** The bytes of a size given as a flag; throws when it is no size or not a multiple of `unit`. */
export function requireSize(flag: string, text: string, unit = 1): number {
  const bytes = parseSize(text);
  if (bytes === undefined || bytes % unit !== 0) {
    const multiple = unit === 1 ? "" : `, a multiple of ${unit} bytes`;
    throw new Failure(`${flag}: expected a size such as 100M or 50G${multiple}, got \`${text}\``, { exitCode: ExitCode.usage });
  }
  return bytes;
}
