import { log, progress, progressDone } from "../../tools/lib/log.ts";

/** Shows how far a step is: in place on a terminal, a line every tenth elsewhere. */
export class Progress {
  readonly #what: string;
  readonly #total: number;
  #done = 0;
  #shown = 0;

  constructor(what: string, totalBytes: number) {
    this.#what = what;
    this.#total = totalBytes;
  }

  /** So many bytes more are done. */
  add(bytes: number): void {
    this.#done += bytes;
    const percent = Math.floor((this.#done * 100) / this.#total);
    if (percent === this.#shown || (!process.stderr.isTTY && percent < this.#shown + 10)) return;
    this.#shown = percent;
    progress(`${this.#what}: ${percent} % of ${Math.round(this.#total / 1e6)} MB`);
  }

  /** The step is over. */
  end(line: string): void {
    progressDone();
    log(line);
  }
}
