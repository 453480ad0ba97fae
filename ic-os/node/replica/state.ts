import fs from "node:fs/promises";
import path from "node:path";
import { Failure } from "../../../tools/lib/failure.ts";
import { writeDurably } from "../../../tools/lib/durable.ts";
import type { Log } from "../lib/log.ts";
import { openLogFile, type LogFile } from "./log-file.ts";
import { apply, decodeOperations, emptyState, encodeOperations, snapshot, type State } from "./operation.ts";
import { encodeRecord } from "./record.ts";
import { recover } from "./recovery.ts";
import { StateWriter } from "./state-writer.ts";

/** A state that was read from its folder. */
export interface OpenState {
  state: State;
  writer: StateWriter;
  /** Bytes of an unfinished write that were cut; 0 after a clean end. */
  cutBytes: number;
}

/** Opens the state of a folder, or makes it. An unfinished last write is cut, and the log says so; damage is a failure and changes nothing. */
export async function openState(directory: string, log: Log): Promise<OpenState> {
  const file = path.join(directory, "state.log");
  const content = await readOrCreate(file, log);
  const { records, soundBytes, damage } = recover(content);
  if (damage !== undefined) {
    throw new Failure(`${file}: confirmed data is damaged: ${damage}. The file was left as it is`, { hint: `cp -a ${file} somewhere, then restore it from a backup` });
  }
  const state = emptyState();
  for (const record of records) for (const operation of decodeOperations(record.payload)) apply(state, operation);
  const logFile = await openLogFile(file);
  const cutBytes = content.length - soundBytes;
  if (cutBytes > 0) {
    await logFile.truncate(soundBytes);
    await logFile.sync();
    log.warning("cut an unfinished write from the end of the state", { file, bytes: cutBytes });
  }
  log.info("state opened", { height: state.height, keys: state.data.size, bytes: soundBytes, records: records.length });
  const sequence = (records.at(-1)?.sequence ?? 0n) + 1n;
  const compacted = async (next: bigint): Promise<{ file: LogFile; bytes: number } | undefined> => {
    const record = encodeRecord(next, encodeOperations(snapshot(state)));
    try {
      await writeDurably(file, record, 0o640);
    } catch (error) {
      // Only writing the new file can say so, and then the old one is still in its place.
      if (!["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
      log.warning("no room to compact the state", { bytes: record.length });
      return undefined;
    }
    log.info("state compacted", { bytes: record.length, height: state.height });
    return { file: await openLogFile(file), bytes: record.length };
  };
  return { state, cutBytes, writer: new StateWriter({ state, file: logFile, bytes: soundBytes, sequence, compacted }) };
}

async function readOrCreate(file: string, log: Log): Promise<Buffer> {
  try {
    return await fs.readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw new Failure(`${file}: the state cannot be read: ${(error as Error).message}`);
  }
  const first = encodeRecord(0n, encodeOperations(snapshot(emptyState())));
  await fs.mkdir(path.dirname(file), { recursive: true, mode: 0o750 }).catch(unwritable(path.dirname(file)));
  await writeDurably(file, first, 0o640).catch(unwritable(file));
  log.info("state made", { file });
  return first;
}

function unwritable(what: string): (error: unknown) => never {
  return (error) => {
    throw new Failure(`${what}: the state cannot be written: ${(error as Error).message}`);
  };
}
