import fs from "node:fs";
import path from "node:path";
import { freeBytes } from "./disk-space.ts";
import { isDiskFull } from "./refused.ts";

/** More than the database writes to forget a group. */
const BYTES = 2 ** 20;

/** Space on the disk that is kept for one purpose: on a full disk, removing something first needs some. */
export class Ballast {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Takes the space unless it is held, and unless that would fill the disk. */
  hold(): void {
    if (fs.existsSync(this.#file) || freeBytes(path.dirname(this.#file)) < 2 * BYTES) return;
    try {
      // Not sparse, or it would hold nothing.
      fs.writeFileSync(this.#file, Buffer.alloc(BYTES, 1));
    } catch (error) {
      fs.rmSync(this.#file, { force: true });
      if (!isDiskFull(error)) throw error;
    }
  }

  /** Does work that makes space; on a full disk it is done again with the ballast gone. The work may be begun twice. */
  async spend<T>(work: () => Promise<T> | T): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isDiskFull(error) || !fs.existsSync(this.#file)) throw error;
      fs.rmSync(this.#file);
      return work();
    }
  }
}
