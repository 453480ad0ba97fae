/** How a supervisor waits between two starts of its child. */
export interface BackOffPolicy {
  /** Wait after the first quick exit, in milliseconds; it doubles with each further one. */
  firstMilliseconds: number;
  /** Longest wait before a crash loop is stated. */
  maxMilliseconds: number;
  /** Quick exits in a row from which the child is in a crash loop. */
  crashLoopExits: number;
  /** Wait in a crash loop. */
  crashLoopMilliseconds: number;
  /** A child that ran shorter than this exited quickly; one that ran longer makes the count start anew. */
  quickMilliseconds: number;
}

/** What the orchestrator uses: 0.5, 1, 2, 4 s, then a crash loop with a try each minute; all of it give or take a fifth. */
export const defaultBackOff: BackOffPolicy = { firstMilliseconds: 500, maxMilliseconds: 30_000, crashLoopExits: 5, crashLoopMilliseconds: 60_000, quickMilliseconds: 10_000 };

/** Share of the wait by which chance lengthens or shortens it, so that nodes that fail together do not come back together. */
export const jitter = 0.2;

/** Milliseconds to wait before the next start, after `quickExits` quick exits in a row. `random` gives numbers from 0 to below 1. */
export function backOff(policy: BackOffPolicy, quickExits: number, random: () => number): number {
  const base =
    quickExits >= policy.crashLoopExits ? policy.crashLoopMilliseconds : Math.min(policy.maxMilliseconds, policy.firstMilliseconds * 2 ** Math.max(0, quickExits - 1));
  return Math.round(base * (1 - jitter + 2 * jitter * random()));
}
