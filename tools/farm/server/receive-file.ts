import { createHash, randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { assertSpace } from "./disk-space.ts";
import type { Refused } from "./refused.ts";

/** A file that is complete, under a temporary name. */
export interface ReceivedFile {
  temporary: string;
  sha256: string;
  bytes: number;
}

/** What a file may take. */
export interface ReceiveLimits {
  maxBytes: number;
  reservedBytes: number;
  /** Why more than `maxBytes` is refused. */
  tooLarge: () => Refused;
}

/** Bytes between two looks at the free space. */
const CHECK_EVERY = 2 ** 20;

/** Writes a stream into the folder, hashed on the way and safe on the disk when this returns. What fails leaves nothing. */
export async function receiveFile(chunks: AsyncIterable<Uint8Array>, folder: string, limits: ReceiveLimits): Promise<ReceivedFile> {
  const temporary = path.join(folder, randomUUID());
  const hash = createHash("sha256");
  let bytes = 0;
  let nextCheck = 0;
  const file = await fs.promises.open(temporary, "wx", 0o600);
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > limits.maxBytes) throw limits.tooLarge();
      if (bytes >= nextCheck) {
        assertSpace(folder, chunk.length, limits.reservedBytes);
        nextCheck = bytes + CHECK_EVERY;
      }
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
    return { temporary, sha256: hash.digest("hex"), bytes };
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
