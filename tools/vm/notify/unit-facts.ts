import { z } from "zod";

/** Messages of systemd about units, by their ids: sd-messages.h. The last is our own, for what a node says of its health in the field NODE_HEALTH. */
const EVENTS: Readonly<Record<string, "active" | "failed" | "inactive" | "startup-finished" | "node-health">> = {
  "39f53479d3a045ac8e11786248231fbf": "active",
  be02cf6855d2428ba40df7e9d022f03d: "failed",
  d9b373ed55a64feb8242e02dbe79a49c: "failed",
  "9d1aaa27d60140bd96365438aad20286": "inactive",
  b07a249cd024414a82dd00cd181378ff: "startup-finished",
  "2e964e79363fb86fcce95925f5670e02": "node-health",
};

/** A line of `journalctl -o json`: see systemd.journal-fields(7). */
const line = z.object({ MESSAGE_ID: z.string(), UNIT: z.string().optional(), NODE_HEALTH: z.string().optional(), _BOOT_ID: z.string(), __MONOTONIC_TIMESTAMP: z.string() });

/** What a guest has said about a unit. */
export interface UnitFact {
  state: "active" | "failed" | "inactive";
  /** Seconds from the start of the guest's kernel to the message. */
  at: number;
}

/** What a guest has said about its units, and its node, in its present boot, over its notify port. */
export class UnitFacts {
  readonly #units = new Map<string, UnitFact>();
  #bootId: string | undefined;
  #finished: number | undefined;
  #nodeHealth: string | undefined;
  #over: string | undefined;
  #unread = "";

  /** The kernel's name of the boot that speaks, as in /proc/sys/kernel/random/boot_id; undefined while nothing was said. */
  get bootId(): string | undefined {
    return this.#bootId?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  /** Seconds from the start of the guest's kernel to the end of the start-up; undefined while it lasts. */
  get startupFinished(): number | undefined {
    return this.#finished;
  }

  /** What was said last about a unit; undefined when nothing was. */
  unit(name: string): UnitFact | undefined {
    return this.#units.get(name);
  }

  /** What the node in the guest said of its health last: "healthy", or what it is instead; undefined while it has said nothing. */
  get nodeHealth(): string | undefined {
    return this.#nodeHealth;
  }

  /** The boot that spoke is over: what it said holds no longer, and what still arrives from it does not count. */
  forget(): void {
    this.#over = this.#bootId ?? this.#over;
    this.#begin(undefined);
  }

  /** Takes what came over the port. A line that is none of ours is ignored: it comes from a guest, which may say anything. */
  hear(data: Buffer): void {
    const lines = (this.#unread + data.toString("utf8")).split("\n");
    this.#unread = (lines.pop() ?? "").slice(-65_536);
    for (const text of lines) this.#hearLine(text);
  }

  #hearLine(text: string): void {
    const said = line.safeParse(parsed(text)).data;
    const event = said === undefined ? undefined : EVENTS[said.MESSAGE_ID];
    if (said === undefined || event === undefined || said._BOOT_ID === this.#over) return;
    if (said._BOOT_ID !== this.#bootId) this.#begin(said._BOOT_ID);
    const at = Number(said.__MONOTONIC_TIMESTAMP) / 1e6;
    if (event === "startup-finished") this.#finished = at;
    else if (event === "node-health") this.#nodeHealth = said.NODE_HEALTH;
    else if (said.UNIT !== undefined) this.#units.set(said.UNIT, { state: event, at });
  }

  #begin(bootId: string | undefined): void {
    this.#bootId = bootId;
    this.#units.clear();
    this.#finished = undefined;
    this.#nodeHealth = undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
