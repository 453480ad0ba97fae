import fs from "node:fs";
import { z } from "zod";
import { Failure } from "../lib/failure.ts";
import { checked } from "./checked.ts";

const lockedPackage = z.strictObject({
  name: z.string().min(1),
  version: z.string().min(1),
  architecture: z.string().min(1),
  suite: z.string().min(1),
  /** Last path segment of the mirror's URL; the lock names no host. */
  archive: z.string().min(1),
  /** Path below the archive's URL. */
  path: z.string().regex(/^(?!.*\/\.\.?\/)(?!.*:\/)[a-z][\w.+~:/%-]*\.deb$/, "expected a pool path that ends in .deb"),
  /** Bytes of the .deb. */
  size: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hex digits"),
});

const schema = z.strictObject({
  version: z.literal(1),
  distribution: z.string().min(1),
  /** The first suite of the definition. */
  suite: z.string().min(1),
  architecture: z.string().min(1),
  /** Every package of any set, by name. */
  packages: z.array(lockedPackage),
  /** Names of the packages of each set, dependencies included, sorted. */
  sets: z.record(z.string(), z.array(z.string())),
});

/** One .deb, by content and place. */
export type LockedPackage = z.infer<typeof lockedPackage>;
/** A packages.lock.json. */
export type Lock = z.infer<typeof schema>;

/** Byte order, the same on every machine and in every locale. */
export function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Validates a lock's text; `file` is named in errors. */
export function parseLock(text: string, file: string): Lock {
  return checked(schema, text, file, (lock) => {
    const names = lock.packages.map((p) => p.name);
    const known = new Set(names);
    const twice = names.filter((name, i) => names.indexOf(name) !== i).map((name) => `packages: ${name} is there twice`);
    const unknown = Object.entries(lock.sets).flatMap(([set, members]) => members.filter((name) => !known.has(name)).map((name) => `sets.${set}: ${name} is not among the packages`));
    const unsorted = names.some((name, i) => i > 0 && (names[i - 1] ?? "") > name) ? ["packages: not sorted by name"] : [];
    return [...twice, ...unknown, ...unsorted];
  });
}

/** The lock in `file`, or undefined when there is none yet. */
export function readLock(file: string): Lock | undefined {
  return fs.existsSync(file) ? parseLock(fs.readFileSync(file, "utf8"), file) : undefined;
}

/** The lock in `file`; its absence is a failure. */
export function demandLock(file: string): Lock {
  const lock = readLock(file);
  if (lock === undefined) throw new Failure(`no lock: ${file} does not exist`, { hint: "deb lock" });
  return lock;
}

/** The lock's text: one package a line, so that a diff of two locks reads as a list of packages. */
export function formatLock(lock: Lock): string {
  const packages = lock.packages.map((p) => `    ${JSON.stringify(p)}`).join(",\n");
  const sets = Object.entries(lock.sets).map(([set, names]) => `    ${JSON.stringify(set)}: [\n${names.map((name) => `      ${JSON.stringify(name)}`).join(",\n")}\n    ]`);
  return [
    "{",
    `  "version": 1,`,
    `  "distribution": ${JSON.stringify(lock.distribution)},`,
    `  "suite": ${JSON.stringify(lock.suite)},`,
    `  "architecture": ${JSON.stringify(lock.architecture)},`,
    `  "packages": [\n${packages}\n  ],`,
    `  "sets": {\n${sets.join(",\n")}\n  }`,
    "}\n",
  ].join("\n");
}
