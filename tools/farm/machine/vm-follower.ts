import fs from "node:fs";
import type { FarmClient } from "../client/farm-client.ts";
import { FarmFailure, isNotFound } from "../client/failures.ts";

/** Milliseconds between two looks. */
const period = 1000;

/** Keeps a copy of what a VM writes on its console, and whether it still runs, as far as the farm tells: both are extensions of our own server. */
export class VmFollower {
  /** False once the farm has shown that it keeps no console. */
  keepsConsole = true;
  /** True when the farm said that the VM has ended. */
  stopped = false;
  readonly #farm: FarmClient;
  readonly #group: string;
  readonly #vm: string;
  readonly #file: string;
  #tellsState = true;
  #read = 0;
  #stop: AbortController | undefined;
  #loop: Promise<void> = Promise.resolve();

  /** `file` gets the console's text. */
  constructor(farm: FarmClient, group: string, vm: string, file: string) {
    this.#farm = farm;
    this.#group = group;
    this.#vm = vm;
    this.#file = file;
    fs.writeFileSync(file, "");
  }

  /** Begins to look, once the VM was started. */
  begin(): void {
    this.stopped = false;
    const stop = new AbortController();
    this.#stop = stop;
    this.#loop = this.#follow(stop.signal);
  }

  /** Looks a last time and ends. */
  async end(): Promise<void> {
    this.#stop?.abort();
    await this.#loop;
    await this.look();
  }

  /** Takes what is new. A farm that does not answer now may do so later. */
  async look(): Promise<void> {
    try {
      if (this.keepsConsole) await this.#takeConsole().catch((error: unknown) => (this.keepsConsole = isNotThere(error)));
      if (this.#tellsState) await this.#takeState().catch((error: unknown) => (this.#tellsState = isNotThere(error)));
    } catch (error) {
      if (!(error instanceof FarmFailure)) throw error;
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look();
      await this.#farm.clock.sleep(period, signal).catch(() => undefined);
    }
  }

  async #takeConsole(): Promise<void> {
    const news = await this.#farm.consoleLog(this.#group, this.#vm, this.#read);
    this.#read += news.length;
    fs.appendFileSync(this.#file, news);
  }

  async #takeState(): Promise<void> {
    this.stopped = (await this.#farm.vm(this.#group, this.#vm)).state === "stopped";
  }
}

/** False for the answer of a farm that has no such page; other failures go on. */
function isNotThere(error: unknown): false {
  if (isNotFound(error)) return false;
  throw error;
}
