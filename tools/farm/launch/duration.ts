import { ExitCode, Failure } from "../../lib/failure.ts";

const units: Record<string, number> = { "": 1, s: 1, m: 60, h: 3600, d: 86400 };
/** The farm's field is an unsigned 32-bit number. */
const longest = 0xffff_ffff;

/** Seconds of a duration as one types it: "5400", "90m", "1.5h", "2d". */
export function parseDuration(flag: string, typed: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(typed.trim());
  const seconds = Number(match?.[1] ?? Number.NaN) * (units[match?.[2] ?? ""] ?? Number.NaN);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= longest) return seconds;
  throw new Failure(`${flag}: expected seconds or a duration such as 90m, 2h or 1d, got ${JSON.stringify(typed)}`, { exitCode: ExitCode.usage });
}

/** A duration for people: the two largest units. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [
    [Math.floor(whole / 86400), "d"],
    [Math.floor(whole / 3600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "min"],
    [whole % 60, "s"],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  return first < 0 ? "0 s" : parts.slice(first, first + 2).filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount} ${unit}`).join(" ");
}
