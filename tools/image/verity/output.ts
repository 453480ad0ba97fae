import { writeFileAtomic } from "../../lib/atomic.ts";
import type { VerityParams } from "./params.ts";

/** Writes what other stages read: the root hash as one line of text, and all parameters as JSON. */
export function writeVerityOutputs(params: VerityParams, files: { params: string; rootHash: string }): void {
  writeFileAtomic(files.params, `${JSON.stringify(params, null, 2)}\n`);
  writeFileAtomic(files.rootHash, `${params.rootHash}\n`);
}
