import fs from "node:fs/promises";

/** The open log, as far as writing it goes. A test puts a failing one in its place. */
export interface LogFile {
  /** Writes all bytes at an offset. */
  write(data: Uint8Array, offset: number): Promise<void>;
  /** Waits until what was written is on the disk. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens an existing log for writing. */
export async function openLogFile(file: string): Promise<LogFile> {
  const handle = await fs.open(file, "r+");
  return {
    async write(data, offset) {
      for (let done = 0; done < data.length; ) {
        done += (await handle.write(data, done, data.length - done, offset + done)).bytesWritten;
      }
    },
    sync: () => handle.datasync(),
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
  };
}
