/** Work that several ask for at once is done once: all get the same result, or the same error. */
export class SharedWork<T> {
  readonly #running = new Map<string, Promise<T>>();

  run(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const started = work().finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }

  /** Keys of the work that runs. */
  keys(): string[] {
    return [...this.#running.keys()];
  }
}
