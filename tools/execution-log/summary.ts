import type { Spawn } from "./spawn.ts";

/** How many of the spawns there are of each kind: `IcosErofsImage: 1`, sorted by name. */
export function countByMnemonic(spawns: readonly Spawn[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { mnemonic } of spawns) counts.set(mnemonic, (counts.get(mnemonic) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Spawns that a process ran for, here or elsewhere: what a cache did not have. */
export function executed(spawns: readonly Spawn[]): Spawn[] {
  return spawns.filter((spawn) => !spawn.cacheHit);
}

/** Spawns that make an image: all stages of rules/image bear this prefix. */
export function imageStages(spawns: readonly Spawn[]): Spawn[] {
  return spawns.filter((spawn) => spawn.mnemonic.startsWith("Icos"));
}
