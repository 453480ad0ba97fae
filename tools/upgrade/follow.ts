import { type BootSlots, parseBootSlots, runningVersion } from "./boot-slots.ts";

/** What a look at a guest found. Undefined: it did not answer. */
export interface Sight {
  bootId: string;
  slots: BootSlots;
  /** Checks that failed, by the guest's own word; empty while nothing is known. */
  failing: string[];
  /** Why the last upgrade was rolled back, by the guest's own word. */
  rolledBack: string | undefined;
}

/** Where an upgrade stands after its commit. */
export type Standing =
  | { phase: "restarting" | "on trial"; detail: string }
  | { phase: "confirmed"; version: string }
  | { phase: "rolled_back"; version: string; reason: string };

/** Prints what a look needs, in one connection. Sections are behind lines of their own. */
export function lookCommand(manageboot: string): string {
  return `cat /proc/sys/kernel/random/boot_id && echo -- && ${manageboot} status --json && echo -- && cat /run/guestos-health/health.json 2>/dev/null; echo -- && cat /run/guestos-health/verdict.json 2>/dev/null; true`;
}

/** Reads what `lookCommand` printed. */
export function parseSight(text: string): Sight | undefined {
  const [bootId, status, health, verdict] = text.split(/^--$/m).map((section) => section.trim());
  if (bootId === undefined || !/^[0-9a-f-]{36}$/.test(bootId) || status === undefined || status === "") return undefined;
  const checks = (json<{ checks?: { name: string; outcome: string; message: string }[] }>(health)?.checks ?? []).filter(({ outcome }) => outcome === "failed");
  const ended = json<{ outcome?: string; reason?: string | null }>(verdict);
  return {
    bootId,
    slots: parseBootSlots(status),
    failing: checks.map(({ name, message }) => `${name}: ${message}`),
    rolledBack: ended?.outcome === "rolled_back" ? (ended.reason ?? "no reason is known") : undefined,
  };
}

/** Where an upgrade stands that was committed by the system of `before`. */
export function standing(before: Sight, now: Sight | undefined): Standing {
  if (now === undefined) return { phase: "restarting", detail: "no answer" };
  if (now.bootId === before.bootId) return { phase: "restarting", detail: "the old system goes down" };
  if (now.slots.current === before.slots.current) return { phase: "rolled_back", version: runningVersion(now.slots), reason: now.rolledBack ?? "the guest does not say why" };
  if (now.slots.state === "failsafe_check") return { phase: "on trial", detail: now.failing.join("; ") || "its health checks run" };
  return { phase: "confirmed", version: runningVersion(now.slots) };
}

function json<T>(text: string | undefined): T | undefined {
  try {
    return JSON.parse(text ?? "") as T;
  } catch {
    return undefined;
  }
}
