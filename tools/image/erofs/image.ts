import { hermeticEnvironment, sourceDateEpoch } from "../../lib/epoch.ts";
import { runProgram } from "../../lib/run-program.ts";

/** What an erofs image is to be. */
export interface ErofsOptions {
  uuid: string;
  /** As mkfs.erofs -z takes it: `lz4`, `lz4hc`, `zstd,level=3`; empty for none. */
  compression: string;
  /** Most bytes that are compressed together, a power of two from 4096: larger is smaller, and slower to read at random. */
  clusterBytes: number;
}

/** Adds to the image that is there. A file `.wh.NAME` of the archive (aufs' mark) removes NAME from it. */
const ADDING = ["--incremental=data", "--aufs", "--ovlfs-strip=1"];

/**
 * Fills `image` (an unfinished file; the caller names it) with an erofs of what the tar holds. With `adds`, the image is there already and gets the
 * contents on top: its blocks stay where they are and as they are, but for inodes that change; what is new is appended.
 */
export async function writeErofs(
  mkfsErofs: string,
  options: ErofsOptions & { adds?: boolean },
  contents: Iterable<Uint8Array>,
  image: string,
): Promise<void> {
  const compression = options.compression === "" ? [] : [`-z${options.compression}`, `-C${options.clusterBytes}`];
  // One worker thread: lz4 is not what takes the time, and the bytes do not depend on it. Without a source, mkfs.erofs reads stdin.
  const args = ["--quiet", "--tar=f", "--workers=1", `-T${sourceDateEpoch}`, `-U${options.uuid}`, ...compression, ...(options.adds === true ? ADDING : []), image];
  await runProgram(mkfsErofs, args, { input: contents, env: hermeticEnvironment });
}
