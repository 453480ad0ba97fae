/** What a launch ends with when it is told to stop. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.name = "Interrupted";
    this.signal = signal;
  }
}

/** What this needs of Node's `process`. */
export interface SignalReceiver {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  kill(pid: number, signal: NodeJS.Signals): unknown;
  readonly pid: number;
}

/** A signal of abort that the user's interrupt gives. */
export interface InterruptSignal {
  /** Aborted with `Interrupted` by the first SIGINT, SIGTERM or SIGHUP. */
  readonly controller: AbortController;
  /** Gives up listening: signals have their usual effect again. */
  stop(): void;
  /** Gives up listening and lets the signal end this process. */
  end(signal: NodeJS.Signals): void;
}

/**
 * Listens for the signals that tell a process to stop. The first aborts, so that whoever works can clean up; `again` is told of a second one, which then
 * ends the process at once.
 */
export function interruptSignal(again: () => void, receiver: SignalReceiver = process): InterruptSignal {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const controller = new AbortController();
  let interrupted = false;
  const listener = (signal: NodeJS.Signals): void => {
    if (interrupted) {
      again();
      end(signal);
    }
    interrupted = true;
    controller.abort(new Interrupted(signal));
  };
  const stop = (): void => {
    for (const signal of signals) receiver.off(signal, listener);
  };
  const end = (signal: NodeJS.Signals): void => {
    stop();
    receiver.kill(receiver.pid, signal);
  };
  for (const signal of signals) receiver.on(signal, listener);
  return { controller, stop, end };
}
