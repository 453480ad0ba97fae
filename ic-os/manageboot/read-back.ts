import { createHash } from "node:crypto";
import fs from "node:fs";
import { Failure } from "../../tools/lib/failure.ts";
import { run } from "./run.ts";

const BLOCK_BYTES = 4096;
const CHUNK_BYTES = 1 << 20;
const MAPPING = "upgrade-check";

/** What dm-verity needs to open a partition. */
export interface VeritySpec {
  dataBlocks: number;
  hashStartBlock: number;
  salt: string;
  rootHash: string;
}

/** How what was written is read again. Tests have no device mapper. */
export interface ReadBack {
  /** Forgets what the page cache knows of a partition: what is read then comes from the disk. */
  forget(device: string): Promise<void>;
  /** Reads a partition through dm-verity: all of it, or only its first block, which shows that the tree is that of the root hash. */
  verity(device: string, spec: VeritySpec, extent: "all" | "first block"): Promise<void>;
}

/** The kernel's own dm-verity, with the table that the initrd will use. It reads below the page cache. */
export const kernelReadBack: ReadBack = {
  forget: async (device) => void (await run("blockdev", ["--flushbufs", device])),
  verity: async (device, spec, extent) => {
    await closeMapping();
    await run("veritysetup", [
      ...["open", "--no-superblock", "--hash=sha256", "--format=1", `--data-block-size=${BLOCK_BYTES}`, `--hash-block-size=${BLOCK_BYTES}`],
      ...[`--data-blocks=${spec.dataBlocks}`, `--hash-offset=${spec.hashStartBlock * BLOCK_BYTES}`, `--salt=${spec.salt}`],
      ...[device, MAPPING, device, spec.rootHash],
    ]);
    try {
      const bytes = extent === "all" ? spec.dataBlocks * BLOCK_BYTES : BLOCK_BYTES;
      readThrough(`/dev/mapper/${MAPPING}`, bytes, () => undefined);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EIO") throw error;
      throw new Failure(`${device} does not verify: a block is not what the signed root hash ${spec.rootHash} says. The disk did not keep what was written`, { hint: "install again; if that fails the same way, replace the disk" });
    } finally {
      await closeMapping();
    }
  },
};

/** SHA-256 of the first bytes of a partition. */
export function sha256Of(device: string, bytes: number): string {
  const hash = createHash("sha256");
  readThrough(device, bytes, (data) => hash.update(data));
  return hash.digest("hex");
}

function readThrough(device: string, bytes: number, take: (data: Buffer) => void): void {
  const fd = fs.openSync(device, "r");
  try {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    for (let position = 0; position < bytes; ) {
      const read = fs.readSync(fd, buffer, 0, Math.min(buffer.length, bytes - position), position);
      if (read === 0) throw new Failure(`${device} ends after ${position} of ${bytes} bytes`);
      take(buffer.subarray(0, read));
      position += read;
    }
  } finally {
    fs.closeSync(fd);
  }
}

/** One that an interrupted run left is closed, too. */
async function closeMapping(): Promise<void> {
  if (fs.existsSync(`/dev/mapper/${MAPPING}`)) await run("veritysetup", ["close", MAPPING]);
}
