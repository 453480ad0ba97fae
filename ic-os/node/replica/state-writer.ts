import type { LogFile } from "./log-file.ts";
import { apply, encodeOperations, type Operation, type State } from "./operation.ts";
import { encodeRecord } from "./record.ts";

/** The disk said that it does not know what it holds: only a new start, which reads it again, can tell. */
export class SyncError extends Error {
  override name = "SyncError";
}

/** Where a writer starts. */
export interface WriterOptions {
  state: State;
  file: LogFile;
  /** Length of the log. */
  bytes: number;
  /** Number of the next record. */
  sequence: bigint;
  /** Writes a new log that holds only the state, as record number `next`, in place of the old one; undefined when there is no room for it. */
  compacted(next: bigint): Promise<{ file: LogFile; bytes: number } | undefined>;
  /** Length from which a log is compacted, when it has doubled since the last time. */
  compactBytes?: number;
}

interface Waiting {
  operations: readonly Operation[];
  resolve(): void;
  reject(error: unknown): void;
}

/** Appends operations to the log. Those that arrive while the disk is busy share the next record, so many writers cost one wait. */
export class StateWriter {
  readonly #options: WriterOptions;
  #file: LogFile;
  #bytes: number;
  #sequence: bigint;
  #compactAt: number;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #lost: SyncError | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#file = options.file;
    this.#bytes = options.bytes;
    this.#sequence = options.sequence;
    this.#compactAt = Math.max(this.#leastBytes, 2 * options.state.dataBytes);
  }

  /** Length of the log in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves when the operations are on the disk and in the state; rejects when they are in neither. */
  commit(operations: readonly Operation[]): Promise<void> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ operations, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Waits for what was begun, then closes the log. */
  async close(): Promise<void> {
    await this.#running;
    await this.#file.close();
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#append(batch.flatMap(({ operations }) => operations));
      } catch (error) {
        for (const { reject } of batch) reject(error);
        continue;
      }
      for (const { resolve } of batch) resolve();
    }
    // In one go with the last look at what waits: whoever comes later finds nobody running.
    this.#running = undefined;
  }

  async #append(operations: readonly Operation[]): Promise<void> {
    if (this.#lost !== undefined) throw this.#lost;
    if (this.#bytes >= this.#compactAt) await this.#compact();
    const record = encodeRecord(this.#sequence, encodeOperations(operations));
    try {
      await this.#file.write(record, this.#bytes);
    } catch (error) {
      // A full disk: what was written of the record goes again, and the next try starts from a sound log.
      await this.#file.truncate(this.#bytes).catch(this.#lose);
      throw error;
    }
    // After a failed fsync the kernel may forget the pages it could not write, so a second one proves nothing.
    await this.#file.sync().catch(this.#lose);
    this.#bytes += record.length;
    this.#sequence += 1n;
    for (const operation of operations) apply(this.#options.state, operation);
  }

  async #compact(): Promise<void> {
    const compacted = await this.#options.compacted(this.#sequence).catch(this.#lose);
    if (compacted !== undefined) {
      await this.#file.close();
      this.#file = compacted.file;
      this.#bytes = compacted.bytes;
      this.#sequence += 1n;
    }
    this.#compactAt = Math.max(this.#leastBytes, 2 * this.#bytes);
  }

  get #leastBytes(): number {
    return this.#options.compactBytes ?? 4 * 1024 * 1024;
  }

  readonly #lose = (error: unknown): never => {
    this.#lost = new SyncError(`the state can no longer be written: ${(error as Error).message}`, { cause: error });
    throw this.#lost;
  };
}
