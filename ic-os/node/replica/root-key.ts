import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { writeDurably } from "../lib/durable.ts";
import type { Log } from "../lib/log.ts";

/**
 * The public key that the status reports, in DER: that of the configuration, else one made on the first start and kept. A node without
 * consensus signs nothing, so the private half of its own key is not kept, and the key is Ed25519 where a subnet's is BLS12-381.
 */
export async function rootKey(directory: string, configured: Uint8Array | null, log: Log): Promise<Uint8Array> {
  if (configured !== null) return configured;
  const file = path.join(directory, "root_key.der");
  const kept = await fs.readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (kept !== undefined) return kept;
  const made = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "der" });
  await writeDurably(file, made);
  log.info("root key made", { file });
  return made;
}
