/** What this needs of Node's `process`. */
export interface SignalReceiver {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  kill(pid: number, signal: NodeJS.Signals): unknown;
  readonly pid: number;
}

/**
 * Runs `clean` to its end when the process is told to stop, then lets the signal have its effect. Gives a function that stops listening.
 * Without this a signal would still leave nothing behind (the guardian sees to it), but only a moment after this process is gone.
 */
export function onInterrupt(clean: () => Promise<void>, receiver: SignalReceiver = process): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let cleaning: Promise<void> | undefined;
  const listener = (signal: NodeJS.Signals): void => {
    cleaning ??= clean()
      .catch(() => undefined)
      .then(() => {
        stop();
        receiver.kill(receiver.pid, signal);
      });
  };
  const stop = (): void => {
    for (const signal of signals) receiver.off(signal, listener);
  };
  for (const signal of signals) receiver.on(signal, listener);
  return stop;
}
