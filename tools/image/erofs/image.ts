import { Readable } from "node:stream";
import { hermeticEnvironment, sourceDateEpoch } from "../../lib/epoch.ts";
import { exec } from "../../lib/exec.ts";

/** What an erofs image is to be. */
export interface ErofsOptions {
  uuid: string;
  /** As mkfs.erofs -z takes it: `lz4`, `lz4hc`, `zstd,level=3`; empty for none. */
  compression: string;
  /** Most bytes that are compressed together, a power of two from 4096: larger is smaller, and slower to read at random. */
  clusterBytes: number;
}

/** Fills `image` (an unfinished file; the caller names it) with an erofs of what the tar holds. */
export async function writeErofs(mkfsErofs: string, options: ErofsOptions, contents: Iterable<Uint8Array>, image: string): Promise<void> {
  const compression = options.compression === "" ? [] : [`-z${options.compression}`, `-C${options.clusterBytes}`];
  // One worker thread: lz4 is not what takes the time, and the bytes do not depend on it. Without a source, mkfs.erofs reads stdin.
  const args = ["--quiet", "--tar=f", "--workers=1", `-T${sourceDateEpoch}`, `-U${options.uuid}`, ...compression, image];
  await exec(mkfsErofs, args, { input: Readable.from(contents), env: hermeticEnvironment });
}
