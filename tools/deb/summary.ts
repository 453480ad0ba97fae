import type { Lock, LockedPackage } from "./lock_file.ts";

/** What changed between two locks, a line a package; empty when nothing did. */
export function changes(before: Lock | undefined, after: Lock): string[] {
  const old = new Map(before?.packages.map((p) => [p.name, p]));
  const now = new Map(after.packages.map((p) => [p.name, p]));
  const added = [...now.values()].filter((p) => !old.has(p.name)).map((p) => `+ ${p.name} ${p.version}`);
  const removed = [...old.values()].filter((p) => !now.has(p.name)).map((p) => `- ${p.name} ${p.version}`);
  const changed = [...now.values()].flatMap((p) => change(old.get(p.name), p));
  return [...added, ...removed, ...changed, ...setChanges(before, after)];
}

function change(before: LockedPackage | undefined, after: LockedPackage): string[] {
  if (before === undefined) return [];
  if (before.version !== after.version) return [`~ ${after.name} ${before.version} -> ${after.version}`];
  const fields = (["architecture", "suite", "archive", "path", "size", "sha256"] as const).filter((field) => before[field] !== after[field]);
  return fields.length === 0 ? [] : [`~ ${after.name} ${after.version}: other ${fields.join(", ")}`];
}

function setChanges(before: Lock | undefined, after: Lock): string[] {
  if (before === undefined) return [];
  const names = [...new Set([...Object.keys(before.sets), ...Object.keys(after.sets)])].sort();
  const sets = names.filter((name) => String(before.sets[name]) !== String(after.sets[name])).map((name) => `~ set ${name}: ${before.sets[name]?.length ?? 0} -> ${after.sets[name]?.length ?? 0} packages`);
  const header = (["distribution", "suite", "architecture"] as const).filter((field) => before[field] !== after[field]).map((field) => `~ ${field} ${before[field]} -> ${after[field]}`);
  return [...sets, ...header];
}

/** One line that says how large each set is. */
export function sizes(lock: Lock): string {
  const size = new Map(lock.packages.map((p) => [p.name, p.size]));
  return Object.entries(lock.sets)
    .map(([set, names]) => `${set}: ${names.length} packages, ${(names.reduce((sum, name) => sum + (size.get(name) ?? 0), 0) / 1e6).toFixed(1)} MB`)
    .join("; ");
}
