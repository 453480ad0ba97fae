import { setTimeout as pause } from "node:timers/promises";
import { ExitCode, Failure } from "../lib/failure.ts";

/** How long to look for a fact, how often, and what to say about the last look. */
export interface WaitOptions {
  /** Time allowed, in seconds. */
  seconds: number;
  /** Time between two looks, in milliseconds. */
  everyMs?: number;
  /** What was seen last; ends up in the message of a passed deadline. */
  lastSeen?: () => string | undefined;
  /** What the user can do about a passed deadline. */
  hint?: string;
  /** Ends the wait with its reason when it is aborted. */
  signal?: AbortSignal;
}

/**
 * Looks for a fact until it is there: `fact` gives undefined while it is not. Nothing in the driver waits for a fixed time.
 * A fact that throws ends the wait at once: that is how "it can no longer come true" is said.
 */
export async function waitFor<T>(what: string, fact: () => T | undefined | Promise<T | undefined>, options: WaitOptions): Promise<T> {
  const deadline = performance.now() + options.seconds * 1000;
  for (;;) {
    options.signal?.throwIfAborted();
    const found = await fact();
    if (found !== undefined) return found;
    if (performance.now() >= deadline) throw passed(what, options);
    await pause(options.everyMs ?? 50);
  }
}

function passed(what: string, options: WaitOptions): Failure {
  const seen = options.lastSeen?.();
  return new Failure(`${what}: not within ${options.seconds} s${seen === undefined || seen === "" ? "" : `; ${seen}`}`, {
    exitCode: ExitCode.timeout,
    ...(options.hint === undefined ? {} : { hint: options.hint }),
  });
}
