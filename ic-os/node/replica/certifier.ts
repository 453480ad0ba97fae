import type { Log } from "../lib/log.ts";
import type { HealthMonitor } from "./health.ts";
import type { State } from "./operation.ts";
import { SyncError, type StateWriter } from "./state-writer.ts";

/** What certifies heights: here a clock, where a real replica has consensus. */
export interface Certifier {
  stop(): Promise<void>;
}

/** Certifies the next height every `intervalMilliseconds`. A height counts only when it is on the disk. */
export function certifyHeights(options: {
  state: State;
  writer: StateWriter;
  health: HealthMonitor;
  log: Log;
  intervalMilliseconds: number;
  /** Hears how long each height took to reach the disk, in seconds. */
  committed(seconds: number): void;
  /** Told when the state can no longer be written. */
  fail(error: unknown): void;
}): Certifier {
  const { state, writer, health, log, intervalMilliseconds } = options;
  let stopped = false;
  let failing = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const step = async (): Promise<void> => {
    const started = performance.now();
    try {
      await writer.commit([["height", state.height + 1]]);
      options.committed((performance.now() - started) / 1000);
      if (failing) log.info("heights are certified again", { height: state.height });
      failing = false;
      health.certified();
    } catch (error) {
      if (error instanceof SyncError) return options.fail(error);
      // Said once: a full disk must not fill the journal too.
      if (!failing) log.error("a height cannot be certified", { height: state.height + 1, reason: (error as Error).message });
      failing = true;
    }
    if (!stopped) schedule();
  };
  const schedule = (): void => {
    timer = setTimeout(() => (running = step()), intervalMilliseconds);
  };
  schedule();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
