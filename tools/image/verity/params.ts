import fs from "node:fs";
import { createHash } from "node:crypto";
import * as z from "zod";

/** Bytes of a block of data and of a block of hashes: the page size, which the kernel's dm-verity reads fastest. */
export const VERITY_BLOCK_BYTES = 4096;

const schema = z.strictObject({
  /** Blocks of 4096 bytes that the tree protects. */
  dataBlocks: z.int().positive(),
  /** Block where the tree begins, for `dmsetup`: one after the superblock that veritysetup writes behind the data. */
  hashStartBlock: z.int().positive(),
  hashAlgorithm: z.literal("sha256"),
  /** Hexadecimal. */
  salt: z.string().regex(/^[0-9a-f]{64}$/),
  uuid: z.string(),
  /** Hexadecimal. */
  rootHash: z.string().regex(/^[0-9a-f]{64}$/),
});

/** All that is needed to open a verity image whose tree follows its data. */
export type VerityParams = z.infer<typeof schema>;

/** Reads the JSON that the verity rules write. */
export function readVerityParams(file: string): VerityParams {
  return schema.parse(JSON.parse(fs.readFileSync(file, "utf8")));
}

/** A salt that follows from the UUID of the image: fixed, and another one for each image. */
export function saltOf(uuid: string): string {
  return createHash("sha256").update(`dm-verity salt ${uuid.toLowerCase()}`).digest("hex");
}
