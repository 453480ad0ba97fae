import * as z from "zod";
import { readRecipe } from "../tar/recipe.ts";

const AccountNumber = z.number().int().min(1).max(65533);

/** What the maintainer scripts of one package do that nothing in its files declares. */
const PackageEffects = z.strictObject({
  /** Commands of its postinst that this entry covers, each with what it does (or why nothing is to be done). */
  reviewed: z.record(z.string(), z.string()).default({}),
  /** Users it makes with adduser. Their numbers stand in `users` of the table. */
  users: z.record(z.string(), z.strictObject({ comment: z.string(), home: z.string(), group: z.string().optional() })).default({}),
  /** Groups it makes with addgroup. */
  groups: z.array(z.string()).default([]),
  /** Files it copies: target to source. */
  copies: z.record(z.string(), z.string()).default({}),
  /** Files it writes: path to text. */
  files: z.record(z.string(), z.string()).default({}),
  /** Permissions it sets: path to `mode:user:group`. */
  permissions: z
    .record(z.string(), z.string().regex(/^[0-7]{4}:[\w-]+:[\w-]+$/, "expected mode:user:group such as 0750:root:adm"))
    .default({}),
  /** File capabilities it sets, when its postinst calls setcap at all (newer versions often do not): path to text in the form of setcap(8). */
  capabilities: z.record(z.string(), z.string()).default({}),
});

/** Numbers of dynamic users and groups, and the effects of maintainer scripts. The committed one is debian.json. */
const Table = z.strictObject({
  $comment: z.string().optional(),
  users: z.record(z.string(), AccountNumber).default({}),
  groups: z.record(z.string(), AccountNumber).default({}),
  packages: z.record(z.string(), PackageEffects).default({}),
});

/** Effects of one package. */
export type Effects = z.infer<typeof PackageEffects>;

/** Merged tables. */
export type AccountTable = z.infer<typeof Table> & {
  /** Files the table came from, for messages. */
  sources: string[];
};

/** Reads tables; entries of later ones replace those of earlier ones. */
export function readTables(files: readonly string[]): AccountTable {
  const merged: AccountTable = { users: {}, groups: {}, packages: {}, sources: [...files] };
  for (const file of files) {
    const table = readRecipe(Table, file);
    Object.assign(merged.users, table.users);
    Object.assign(merged.groups, table.groups);
    Object.assign(merged.packages, table.packages);
  }
  return merged;
}
