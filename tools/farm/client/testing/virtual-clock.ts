import type { Clock } from "../clock.ts";

/** A clock that stands still but for pauses, which take no time, and for `advance`. */
export class VirtualClock implements Clock {
  #now = 0;
  readonly #timers = new Map<() => void, number>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, call: () => void): () => void {
    const timer = (): void => call();
    this.#timers.set(timer, this.#now + milliseconds);
    return () => void this.#timers.delete(timer);
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.advance(milliseconds);
    // What a signal interrupts, it interrupts between two turns of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }

  /** Lets time pass until the next deadline is over. */
  expire(): void {
    const next = Math.min(...this.#timers.values());
    if (next !== Infinity) this.advance(next - this.#now);
  }

  /** Lets time pass: what is due is called, in its order. */
  advance(milliseconds: number): void {
    const target = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].sort(([, a], [, b]) => a - b);
      if (next === undefined || next[1] > target) break;
      this.#now = Math.max(this.#now, next[1]);
      this.#timers.delete(next[0]);
      next[0]();
    }
    this.#now = target;
  }
}
