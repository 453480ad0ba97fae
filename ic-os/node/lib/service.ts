import { Failure } from "../../../tools/lib/failure.ts";
import type { Log } from "./log.ts";

/** What a running service gives back: how to stop it. */
export type Stop = () => Promise<void>;

/** What a service can do to its process while it runs. */
export interface Lifecycle {
  /** Ends the process with a failure that was met after the start. */
  fail(error: unknown): void;
}

/**
 * Runs a service until SIGTERM, SIGINT, or, when `withParent` says so, until standard input is closed, which the kernel does when the parent
 * dies in whatever way. Exit code 0 then, or 1 when it takes longer than `stopMilliseconds`; an expected failure gives its own exit code and no
 * stack trace.
 */
export async function runService(log: Log, stopMilliseconds: number, start: (lifecycle: Lifecycle) => Promise<{ stop: Stop; withParent?: boolean }>): Promise<void> {
  let ended: (() => void) | undefined;
  let reason = "";
  const end = new Promise<void>((resolve) => (ended = resolve));
  const stopWith = (why: string) => () => {
    if (reason !== "") return;
    reason = why;
    setTimeout(() => {
      log.error("not stopped in time", { milliseconds: stopMilliseconds });
      process.exit(1);
    }, stopMilliseconds);
    ended?.();
  };
  process.on("SIGTERM", stopWith("SIGTERM")).on("SIGINT", stopWith("SIGINT"));
  const fail = (error: unknown): void => {
    process.exit(report(log, error));
  };
  try {
    const { stop, withParent } = await start({ fail });
    if (withParent === true) process.stdin.on("end", stopWith("the parent is gone")).on("error", stopWith("the parent is gone")).resume();
    await end;
    log.info("stopping", { reason });
    await stop();
    log.info("stopped");
    process.exit(0);
  } catch (error) {
    fail(error);
  }
}

function report(log: Log, error: unknown): number {
  if (error instanceof Failure) {
    log.error(error.message, { hint: error.hint });
    return error.exitCode;
  }
  log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}
