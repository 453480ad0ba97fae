import fs from "node:fs";
import path from "node:path";
import { exec } from "../../../tools/lib/exec.ts";
import type { Bench, Scenario } from "../scenario.ts";
import { DISK, ENVIRONMENT } from "../targets.ts";

/** What one downloads. The peer's disk is compressed as ours is. */
export const archiveSize: Scenario = {
  name: "archive-size",
  title: "disk, compressed",
  unit: "MB",
  runs: 1,
  ours: async (bench) => megabytes(await output(bench, DISK)),
  peer: async ({ peer, pinned, folder }) => {
    const compressed = path.join(folder, "peer.zst");
    await exec(pinned.zstd, ["--quiet", "--force", "-3", "--threads=2", "-o", compressed, peer.image]);
    const size = megabytes(compressed);
    fs.rmSync(compressed);
    return size;
  },
};

/** The root file system with its verity tree, as it lies on the disk; the peer's second and third partition. */
export const rootSize: Scenario = {
  name: "root-size",
  title: "root file system with verity tree",
  unit: "MB",
  runs: 1,
  ours: async (bench) => megabytes(await output(bench, `${ENVIRONMENT}:partition-root`)),
  peer: async ({ peer }) => ({ value: peerPartitions(peer.image).slice(1).reduce((sum, bytes) => sum + bytes, 0) / 1e6 }),
};

async function output({ scratch }: Bench, label: string): Promise<string> {
  await scratch.bazel(["build", label]);
  const files = await scratch.bazel(["cquery", "--output=files", label]);
  return path.join(scratch.workspace, files.trim().split("\n")[0]!);
}

function megabytes(file: string): { value: number } {
  return { value: fs.statSync(file).size / 1e6 };
}

/** Bytes of each partition. UEFI specification 2.10, 5.3: the entries begin at sector 2; first and last sector of one stand at bytes 32 and 40. */
function peerPartitions(disk: string): number[] {
  const entries = Buffer.alloc(128 * 128);
  const fd = fs.openSync(disk, "r");
  fs.readSync(fd, entries, 0, entries.length, 1024);
  fs.closeSync(fd);
  const sizes: number[] = [];
  for (let at = 0; at < entries.length && entries.readBigUInt64LE(at) !== 0n; at += 128)
    sizes.push(Number(entries.readBigUInt64LE(at + 40) - entries.readBigUInt64LE(at + 32) + 1n) * 512);
  return sizes;
}
