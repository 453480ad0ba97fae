import { requests, type Definition } from "./definition.ts";
import type { Lock } from "./lock_file.ts";

/** What a definition asks for and its lock does not say, a line each. Dependencies are not looked at: only apt knows them. */
export function staleness(definition: Definition, lock: Lock): string[] {
  const suites = new Set(definition.suites.map(({ suite, archive }) => `${archive} ${suite}`));
  const foreign = lock.packages.filter((p) => !suites.has(`${p.archive} ${p.suite}`)).map((p) => `${p.name} is from ${p.archive} ${p.suite}, which is no suite of the definition`);
  const header = (["distribution", "architecture"] as const).filter((field) => definition[field] !== lock[field]).map((field) => `${field}: expected ${definition[field]}, got ${lock[field]}`);
  const gone = Object.keys(lock.sets).filter((set) => !(set in definition.sets)).map((set) => `set ${set} is not in the definition`);
  const sets = Object.keys(definition.sets).flatMap((set) => setStaleness(definition, lock, set));
  return [...header, ...foreign, ...gone, ...sets];
}

function setStaleness(definition: Definition, lock: Lock, set: string): string[] {
  const members = lock.sets[set];
  if (members === undefined) return [`set ${set} is not in the lock`];
  const versions = new Map(lock.packages.map((p) => [p.name, p.version]));
  return requests(definition, set).flatMap((request) => {
    const [name = "", version] = request.split("=");
    if (name.endsWith("-") && members.includes(name.slice(0, -1))) return [`set ${set} has ${name.slice(0, -1)}, which is forbidden`];
    if (name.endsWith("-")) return [];
    if (!members.includes(name)) return [`set ${set} lacks ${name}`];
    return version !== undefined && versions.get(name) !== version ? [`set ${set}: ${name}: expected ${version}, got ${versions.get(name)}`] : [];
  });
}
