import { createHash, type Hash } from "node:crypto";
import fs from "node:fs";
import { Failure } from "../../tools/lib/failure.ts";
import type { ByteReader } from "./byte-reader.ts";
import { memberData, type TarMember } from "./tar-members.ts";

const ZEROS = Buffer.alloc(1 << 20);

/** So much is given to the disk at once: what is not there yet is small, and the progress that is shown is that of the disk. */
const SYNC_BYTES = 32 << 20;

/**
 * Writes to a partition front to back, and sums up what it writes. What was there before does not shine through: holes become zeros.
 * The first `withheld` bytes stay as they are until `release` writes them, after all else has been checked.
 */
export class PartitionWriter {
  readonly #fd: number;
  readonly #withheld: Buffer;
  readonly #hash: Hash = createHash("sha256");
  readonly #written: (bytes: number) => void;
  #position = 0;
  #unsynced = 0;

  /** Opens the partition for us alone: one that is mounted, or in use by dm-verity, is refused by the kernel. */
  constructor(device: string, withheld: number, written: (bytes: number) => void) {
    try {
      this.#fd = fs.openSync(device, fs.constants.O_RDWR | fs.constants.O_EXCL);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EBUSY") throw error;
      throw new Failure(`${device} is in use: mounted, or opened by another program`, { hint: `lsblk ${device}; fuser -v ${device}` });
    }
    this.#withheld = Buffer.alloc(withheld);
    this.#written = written;
  }

  /** Makes zeros of the first bytes, on the disk: what the partition held can no longer be mounted. */
  wipeHead(bytes: number): void {
    for (let done = 0; done < bytes; done += ZEROS.length) fs.writeSync(this.#fd, ZEROS, 0, Math.min(ZEROS.length, bytes - done), done);
    fs.fsyncSync(this.#fd);
  }

  /** Writes a member of the archive. Fails when its sum is not the one expected. */
  async writeMember(reader: ByteReader, member: TarMember, expected: { bytes: number; sha256: string }): Promise<void> {
    if (member.bytes !== expected.bytes) throw new Failure(`${member.name}: expected ${expected.bytes} bytes as the manifest says, got ${member.bytes}`);
    for await (const { offset, data } of memberData(reader, member)) {
      this.#fillUpTo(offset);
      this.#write(data);
    }
    this.#fillUpTo(member.bytes);
    const sum = this.#hash.digest("hex");
    if (sum !== expected.sha256) throw new Failure(`${member.name}: expected SHA-256 ${expected.sha256} as the manifest says, got ${sum}: it was changed on its way`);
    fs.fsyncSync(this.#fd);
  }

  /** Writes what was withheld. */
  release(): void {
    fs.writeSync(this.#fd, this.#withheld, 0, Math.min(this.#withheld.length, this.#position), 0);
    fs.fsyncSync(this.#fd);
  }

  close(): void {
    fs.closeSync(this.#fd);
  }

  #fillUpTo(offset: number): void {
    while (this.#position < offset) this.#write(ZEROS.subarray(0, Math.min(ZEROS.length, offset - this.#position)));
  }

  #write(data: Buffer): void {
    this.#hash.update(data);
    const kept = Math.max(0, Math.min(data.length, this.#withheld.length - this.#position));
    data.copy(this.#withheld, this.#position, 0, kept);
    for (let done = kept; done < data.length; ) done += fs.writeSync(this.#fd, data, done, data.length - done, this.#position + done);
    this.#position += data.length;
    this.#written(data.length);
    this.#unsynced += data.length;
    if (this.#unsynced < SYNC_BYTES) return;
    fs.fdatasyncSync(this.#fd);
    this.#unsynced = 0;
  }
}
