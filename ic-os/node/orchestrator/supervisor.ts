import type { ChildProcess } from "node:child_process";
import type { Log } from "../lib/log.ts";
import { backOff, type BackOffPolicy } from "./back-off.ts";

/** What the supervised child does. `crash_loop`: it keeps ending soon after its start; it is tried again, slowly. */
export type SupervisorState = "running" | "backing_off" | "crash_loop" | "stopping" | "stopped";

/** All states of a supervisor. */
export const supervisorStates: readonly SupervisorState[] = ["running", "backing_off", "crash_loop", "stopping", "stopped"];

/** How a child ended. */
export interface ChildExit {
  /** Exit code, null when a signal ended it or it could not be started. */
  code: number | null;
  signal: string | null;
  /** Why it could not be started. */
  error: string | null;
  ranMilliseconds: number;
}

/** What a supervisor says of its child. */
export interface SupervisorStatus {
  state: SupervisorState;
  pid: number | null;
  /** Starts after the first. */
  restarts: number;
  /** Quick exits in a row. */
  quickExits: number;
  lastExit: ChildExit | null;
  /** Milliseconds until the next start, while none runs. */
  nextStartMilliseconds: number | null;
  ranMilliseconds: number | null;
}

/** Keeps a child running. */
export interface Supervisor {
  status(): SupervisorStatus;
  /** Ends the child, by force when it does not end by itself, and starts no other. */
  stop(): Promise<void>;
}

/** Starts a child, and starts it again whenever it ends. `ended` hears of each end that nobody asked for. */
export function supervise(options: { start(): ChildProcess; ended?(): void; policy: BackOffPolicy; log: Log; killMilliseconds: number; random?: () => number }): Supervisor {
  const { policy, log, random = Math.random } = options;
  let child: ChildProcess | undefined;
  let startedAt = 0;
  let starts = 0;
  let quickExits = 0;
  let lastExit: ChildExit | null = null;
  let timer: NodeJS.Timeout | undefined;
  let nextAt: number | undefined;
  let stopping = false;
  let gone: (() => void) | undefined;

  const launch = (): void => {
    nextAt = undefined;
    starts += 1;
    startedAt = performance.now();
    const started = options.start();
    child = started;
    log.info("child started", { pid: started.pid, start: starts });
    // "error" comes instead of "exit" when the program cannot be started, and after it never again both.
    let over = false;
    const ended = (exit: Omit<ChildExit, "ranMilliseconds">): void => {
      if (over) return;
      over = true;
      child = undefined;
      exited({ ...exit, ranMilliseconds: Math.round(performance.now() - startedAt) });
    };
    started.once("error", (error) => started.pid === undefined && ended({ code: null, signal: null, error: error.message }));
    started.once("exit", (code, signal) => ended({ code, signal, error: null }));
  };

  const exited = (exit: ChildExit): void => {
    lastExit = exit;
    gone?.();
    if (stopping) return;
    options.ended?.();
    quickExits = exit.ranMilliseconds < policy.quickMilliseconds ? quickExits + 1 : 0;
    const wait = backOff(policy, quickExits, random);
    log.warning("child ended", { ...exit, quickExits, nextStartMilliseconds: wait });
    if (quickExits === policy.crashLoopExits) log.error("the child is in a crash loop; it is tried again slowly", { quickExits });
    nextAt = performance.now() + wait;
    timer = setTimeout(launch, wait);
  };

  launch();
  return {
    status: () => ({
      state: state(),
      pid: child?.pid ?? null,
      restarts: starts - 1,
      quickExits,
      lastExit,
      nextStartMilliseconds: nextAt === undefined ? null : Math.max(0, Math.round(nextAt - performance.now())),
      ranMilliseconds: child === undefined ? null : Math.round(performance.now() - startedAt),
    }),
    async stop() {
      stopping = true;
      clearTimeout(timer);
      nextAt = undefined;
      const last = child;
      if (last === undefined) return;
      const end = new Promise<void>((resolve) => (gone = resolve));
      last.kill("SIGTERM");
      const force = setTimeout(() => {
        log.warning("the child does not end; killing it", { pid: last.pid });
        last.kill("SIGKILL");
      }, options.killMilliseconds);
      await end;
      clearTimeout(force);
    },
  };

  function state(): SupervisorState {
    if (stopping) return child === undefined ? "stopped" : "stopping";
    const proven = child !== undefined && performance.now() - startedAt >= policy.quickMilliseconds;
    if (quickExits >= policy.crashLoopExits && !proven) return "crash_loop";
    return child === undefined ? "backing_off" : "running";
  }
}
