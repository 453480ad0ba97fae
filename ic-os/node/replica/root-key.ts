import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { Failure } from "../../../tools/lib/failure.ts";
import { writeDurably } from "../../../tools/lib/durable.ts";
import type { Log } from "../lib/log.ts";
import { publicKeyDer } from "../lib/public-key.ts";

/** Where a root key may come from. */
export interface RootKeySources {
  /** DER of the configuration. */
  configured: Uint8Array | null;
  /** PEM file that the bootstrap of a node leaves; it may be missing. */
  file: string;
}

/**
 * The public key that the status reports, in DER: that of the configuration, or of the file, else one made on the first start and kept. A node
 * without consensus signs nothing, so the private half of its own key is not kept, and the key is Ed25519 where a subnet's is BLS12-381.
 */
export async function rootKey(directory: string, sources: RootKeySources, log: Log): Promise<Uint8Array> {
  if (sources.configured !== null) return sources.configured;
  const given = await readIfThere(sources.file);
  if (given !== undefined) {
    const der = publicKeyDer(given.toString("latin1"));
    if (der === undefined) throw new Failure(`${sources.file}: expected a public key in PEM (BEGIN PUBLIC KEY)`);
    return der;
  }
  const file = path.join(directory, "root_key.der");
  const kept = await readIfThere(file);
  if (kept !== undefined) return kept;
  const made = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "der" });
  await writeDurably(file, made);
  log.info("root key made", { file });
  return made;
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await fs.readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Failure(`${file}: cannot be read: ${(error as Error).message}`);
  }
}
