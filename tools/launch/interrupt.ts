/**
 * Runs `clean` to its end when the process is told to stop, then lets the signal have its effect. Gives a function that stops listening.
 * Without this a signal would still leave nothing behind (the guardian sees to it), but only a moment after this process is gone.
 */
export function onInterrupt(clean: () => Promise<void>): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let cleaning: Promise<void> | undefined;
  const listener = (signal: NodeJS.Signals): void => {
    cleaning ??= clean()
      .catch(() => undefined)
      .then(() => {
        stop();
        process.kill(process.pid, signal);
      });
  };
  const stop = (): void => {
    for (const signal of signals) process.off(signal, listener);
  };
  for (const signal of signals) process.on(signal, listener);
  return stop;
}
