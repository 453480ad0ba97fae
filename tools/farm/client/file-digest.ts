import { createHash } from "node:crypto";
import fs from "node:fs";
import { pipeline } from "node:stream/promises";
import { Failure } from "../../lib/failure.ts";

/** SHA-256 of a file, lower-case hexadecimal: the id under which farms and artifact stores keep it. */
export async function fileDigest(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  try {
    await pipeline(fs.createReadStream(file, { highWaterMark: 1024 * 1024 }), hash, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw new Failure(`${file}: ${(error as Error).message}`);
  }
  return hash.digest("hex");
}
