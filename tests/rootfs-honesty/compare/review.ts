import { z } from "zod";
import { excluder } from "../../../tools/image/layer/exclude.ts";
import type { Difference } from "./differences.ts";

/** A reviewed list of differences: why each is as it should be. */
export const Review = z.array(
  z.strictObject({
    /** Globs of absolute paths, as in `exclude` of deb_layers: a glob also covers what is below. */
    paths: z.array(z.string().startsWith("/")).min(1),
    /** Kinds of differences: `missing`, `extra`, or the aspect that differs. */
    kinds: z.array(z.string()).min(1),
    /** Why, in one sentence. */
    reason: z.string().min(20),
  }),
);

/** Entries of the list. */
export type Review = z.infer<typeof Review>;

/** What a review finds wrong. */
export interface Verdict {
  /** Differences that no entry explains. */
  unexplained: Difference[];
  /** Globs, with a kind, that match no difference any more. */
  stale: string[];
  /** How many differences each entry explains, in the list's order. */
  explained: number[];
}

/** Holds differences against the list. The first entry that matches explains a difference; every glob and every kind of an entry must match one. */
export function review(differences: readonly Difference[], list: Review): Verdict {
  const entries = list.map((entry) => ({
    ...entry,
    globs: entry.paths.map((glob) => ({ glob, matches: excluder([glob]), used: false })),
    usedKinds: new Set<string>(),
    count: 0,
  }));
  const unexplained = differences.filter(({ path, kind }) => {
    for (const entry of entries) {
      const glob = entry.kinds.includes(kind) ? entry.globs.find(({ matches }) => matches(path)) : undefined;
      if (glob === undefined) continue;
      glob.used = true;
      entry.usedKinds.add(kind);
      entry.count++;
      return false;
    }
    return true;
  });
  const stale = entries.flatMap(({ globs, kinds, usedKinds }) => [
    ...globs.filter(({ used }) => !used).map(({ glob }) => `${glob} (${kinds.join(", ")})`),
    ...(usedKinds.size === 0 ? [] : kinds.filter((kind) => !usedKinds.has(kind)).map((kind) => `kind ${kind} of ${globs[0]!.glob}`)),
  ]);
  return { unexplained, stale, explained: entries.map(({ count }) => count) };
}
