import type { NodeStatus } from "./node-status.ts";
import { readNodeStatus } from "./read-status.ts";

/** Finds out by its status whether a node is healthy. Remembers what it saw last, for messages. */
export class HealthWatch {
  readonly #api: string;
  #first: number | undefined;
  #seen = "never asked";

  constructor(api: string) {
    this.#api = api;
  }

  /** What was seen last. */
  get seen(): string {
    return this.#seen;
  }

  /** The status of a node that says that it is healthy and whose certified height has grown since the first look: one that only says so may stand still. */
  async look(): Promise<NodeStatus | undefined> {
    const status = await this.confirm();
    if (status === undefined || status.certifiedHeight === null) return undefined;
    this.#first ??= status.certifiedHeight;
    return status.certifiedHeight > this.#first ? status : undefined;
  }

  /** The status of a node that says that it is healthy. */
  async confirm(): Promise<NodeStatus | undefined> {
    try {
      const status = await readNodeStatus(this.#api);
      this.#seen = `${status.health} at height ${status.certifiedHeight ?? "unknown"}`;
      return status.health === "healthy" ? status : undefined;
    } catch (error) {
      this.#seen = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }
}
