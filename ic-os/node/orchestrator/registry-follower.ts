import fs from "node:fs";
import { writeDurably } from "../../../tools/lib/durable.ts";
import type { Log } from "../lib/log.ts";
import { parseRegistry, type Registry } from "./registry.ts";
import { readSource } from "./registry-source.ts";

/** What is known of the registry. */
export interface RegistryStatus {
  version: number | null;
  /** Where the registry in force came from. */
  source: string | null;
  /** What the last reading found wrong, by source. */
  problems: Record<string, string>;
}

/** Follows the registry. */
export interface RegistryFollower {
  status(): RegistryStatus;
  stop(): Promise<void>;
}

/**
 * Reads the registry again and again and tells `changed` of each new version, one at a time. It gets the whole registry, and what it throws is
 * said and tried again. The last good registry is kept in `copy`, so that a node that starts
 * without its network has it.
 */
export function followRegistry(options: {
  sources: readonly string[];
  pollMilliseconds: number;
  copy: string;
  changed(registry: Registry): Promise<void>;
  log: Log;
}): RegistryFollower {
  const { log } = options;
  let inForce: { registry: Registry; source: string } | undefined;
  let applied = false;
  let problems: Record<string, string> = {};
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const read = async (source: string, found: Record<string, string>): Promise<{ registry: Registry; text: string } | undefined> => {
    try {
      const text = await readSource(source);
      return text === undefined ? undefined : { registry: parseRegistry(text, source), text };
    } catch (error) {
      found[source] = reason(error);
      return undefined;
    }
  };

  const update = async (found: Record<string, string>): Promise<void> => {
    for (const source of options.sources) {
      const newer = await read(source, found);
      if (newer === undefined) continue;
      const current = inForce?.registry.version ?? -1;
      if (newer.registry.version < current) {
        found[source] = `version ${newer.registry.version} is older than ${current}, which is in force`;
        continue;
      }
      if (newer.registry.version > current) {
        await writeDurably(options.copy, newer.text, 0o640);
        inForce = { registry: newer.registry, source };
        applied = false;
        log.info("registry", { version: newer.registry.version, source });
      }
      break;
    }
    if (inForce === undefined || applied) return;
    await options.changed(inForce.registry);
    applied = true;
  };

  const poll = async (): Promise<void> => {
    const found: Record<string, string> = {};
    try {
      await update(found);
    } catch (error) {
      found["(deployment)"] = reason(error);
    }
    // Only what is new: a source that stays away must not fill the journal.
    for (const [source, problem] of Object.entries(found)) if (problems[source] !== problem) log.warning("registry", { source, problem });
    problems = found;
    if (!stopped) timer = setTimeout(() => (running = poll()), options.pollMilliseconds);
  };

  inForce = readCopy(options.copy, log);
  running = poll();
  return {
    status: () => ({ version: inForce?.registry.version ?? null, source: inForce?.source ?? null, problems }),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

function readCopy(copy: string, log: Log): { registry: Registry; source: string } | undefined {
  if (!fs.existsSync(copy)) return undefined;
  try {
    return { registry: parseRegistry(fs.readFileSync(copy, "utf8"), copy), source: copy };
  } catch (error) {
    log.warning("the kept copy of the registry is not used", { problem: reason(error) });
    return undefined;
  }
}

function reason(error: unknown): string {
  return (error as Error).message;
}
