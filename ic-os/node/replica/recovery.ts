import { decodeRecord, findRecord, type StoredRecord } from "./record.ts";

/** What a log holds after a crash. */
export interface Recovered {
  records: StoredRecord[];
  /** Bytes of whole records; what lies behind them is to be cut. */
  soundBytes: number;
  /** Set when confirmed data is damaged: the log must not be used, and not be cut either. */
  damage: string | undefined;
}

/**
 * Reads a log. Only one record is ever written at a time and the next one waits until it is on the disk, so a crash leaves at most one
 * unfinished record, and it is the last. A sound record behind an unsound one is therefore no trace of a crash but damage to data that was confirmed.
 */
export function recover(log: Buffer): Recovered {
  const records: StoredRecord[] = [];
  let offset = 0;
  for (;;) {
    const record = decodeRecord(log, offset);
    if (record === undefined) break;
    const before = records.at(-1)?.sequence;
    if (before !== undefined && record.sequence !== before + 1n) {
      return { records, soundBytes: offset, damage: `record ${record.sequence} at byte ${offset} follows record ${before}` };
    }
    records.push(record);
    offset = record.end;
  }
  return { records, soundBytes: offset, damage: damageBehind(log, offset) };
}

function damageBehind(log: Buffer, offset: number): string | undefined {
  // A new log gets its name only when its first record is on the disk.
  if (offset === 0) return "there is no whole first record";
  const sound = findRecord(log, offset);
  return sound === undefined ? undefined : `bytes ${offset} to ${sound - 1} are no record, but a sound one follows them`;
}
