import fs from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { writeDurably } from "../../../../tools/lib/durable.ts";

const image = { version: z.string(), sha256: z.string() };
const schema = z.object({
  /** What was installed by this orchestrator, and not touched since. */
  prepared: z.object(image).nullable().default(null),
  /** What was committed, and when: milliseconds since 1970. Nobody knows yet how it ended. */
  started: z.object({ ...image, at: z.number() }).nullable().default(null),
  /** How the last one ended. */
  ended: z
    .object({ ...image, outcome: z.enum(["confirmed", "rolled_back"]), reason: z.string().nullable(), milliseconds: z.number() })
    .nullable()
    .default(null),
});

/** What of upgrades outlives a restart. */
export type UpgradeRecord = z.infer<typeof schema>;

/** Reads the record; one that is damaged counts as none, since all of it can be found out again at the cost of an installation. */
export async function readRecord(folder: string): Promise<UpgradeRecord> {
  try {
    return schema.parse(JSON.parse(await fs.readFile(recordFile(folder), "utf8")));
  } catch {
    return schema.parse({});
  }
}

/** Writes the record; kept once this returns. */
export async function writeRecord(folder: string, record: UpgradeRecord): Promise<void> {
  await writeDurably(recordFile(folder), `${JSON.stringify(record)}\n`, 0o640);
}

function recordFile(folder: string): string {
  return path.join(folder, "upgrade.json");
}
