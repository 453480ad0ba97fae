import fs from "node:fs";
import path from "node:path";
import { executed } from "../../tools/execution-log/summary.ts";
import type { Spawn } from "../../tools/execution-log/spawn.ts";
import { type Build, InnerBazel } from "../inner-bazel/inner-bazel.ts";
import { copyWorkspace, edit } from "../inner-bazel/workspace.ts";
import { fileHash } from "./blobs.ts";
import { compressedChange, compressedSize } from "./changed-blocks.ts";
import { startNginx, type NginxCache } from "./servers/nginx.ts";

/** What a build cost the network, and what it ran all the same. */
export interface Transfer {
  /** Bytes on the wire to and from the cache, HTTP's own included. */
  up: number;
  down: number;
  /** Processes that the cache did not spare. */
  executed: Spawn[];
  seconds: number;
  /** SHA-256 of the disk archive. */
  archive: string;
}

/** Two people, one cache: what each sends and gets. */
export interface Transfers {
  /** The first one builds everything into an empty cache. */
  firstBuild: Transfer;
  /** The second one, on a clean machine, builds the same. */
  cleanMachine: Transfer;
  /** The first one changes a line of a component file. */
  changedFile: Transfer;
  /** The second one builds that change. */
  changedFileElsewhere: Transfer;
  /** With --config=remote-cache-all, a clean machine after the first one has built with it. */
  cleanMachineAll: Transfer;
  /** Bytes of disk-img.tar.zst: the image, compressed. */
  imageBytes: number;
  /** Bytes of the image of the packages, to which the root partition only adds. */
  baseBytes: number;
  /** What the changed file changed on the disk, compressed: the 4 KiB blocks that are others now, and the partitions that hold them as a whole. */
  changedBlocksBytes: number;
  changedPartitionsBytes: number;
}

/** A file that a process wrote. */
export interface Written {
  mnemonic: string;
  /** Its name, without folders. */
  name: string;
  bytes: number;
}

/** What processes wrote, the largest first: without those tagged `no-remote-cache-upload`, it is what was uploaded. */
export function written({ executed: spawns }: Transfer): Written[] {
  const all = spawns.flatMap(({ mnemonic, outputs }) => outputs.map((output) => ({ mnemonic, name: path.basename(output.path), bytes: output.size })));
  return all.sort((a, b) => b.bytes - a.bytes);
}

const IMAGE = "//ic-os/guestos/envs/dev:disk-img.tar.zst";

/** Measures with nginx and two inner Bazels. `first` must have a copy of the workspace; `scratch` is an empty folder, which stays empty. */
export async function measureTransfers(first: InnerBazel, scratch: string): Promise<Transfers> {
  await using cache = await startNginx(path.join(scratch, "store"));
  const second = new InnerBazel(path.join(scratch, "somebody/elsewhere"), path.join(scratch, "output-base"));
  copyWorkspace(second.workspace);
  try {
    await first.run("clean", []);
    const firstBuild = await transfer(first, cache);
    const cleanMachine = await transfer(second, cache);
    const imageBytes = fs.statSync(await archiveOf(first)).size;
    const partitions = await partitionImages(first, firstBuild);
    const before = path.join(scratch, "before");
    fs.mkdirSync(before);
    for (const [index, file] of partitions.entries()) fs.copyFileSync(file, path.join(before, String(index)), fs.constants.COPYFILE_FICLONE);
    for (const { workspace } of [first, second]) edit(workspace, "ic-os/components/networking/hosts", "localhost", "localhost changed");
    const changedFile = await transfer(first, cache);
    const pairs = partitions.map((file, index) => [path.join(before, String(index)), file] as const);
    const changed = pairs.filter(([old, now]) => fileHash(old) !== fileHash(now));
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const changedBlocksBytes = sum(changed.map(([old, now]) => compressedChange(old, now)));
    const changedPartitionsBytes = sum(changed.map(([, now]) => compressedSize(now)));
    const changedFileElsewhere = await transfer(second, cache);
    for (const bazel of [first, second]) await bazel.run("clean", []);
    await transfer(first, cache, ["--config=remote-cache-all"]);
    return {
      firstBuild,
      cleanMachine,
      changedFile,
      changedFileElsewhere,
      cleanMachineAll: await transfer(second, cache, ["--config=remote-cache-all"]),
      imageBytes,
      baseBytes: written(firstBuild).find(({ mnemonic }) => mnemonic === "IcosRootfsImage")?.bytes ?? 0,
      changedBlocksBytes,
      changedPartitionsBytes,
    };
  } finally {
    await second.expunge();
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

async function transfer(bazel: InnerBazel, cache: NginxCache, flags: readonly string[] = []): Promise<Transfer> {
  const before = cache.proxy.traffic.bytes;
  const build: Build = await bazel.build([IMAGE], ["--config=remote-cache", `--remote_cache=${cache.url}`, ...flags]);
  const after = cache.proxy.traffic.bytes;
  return {
    up: after.up - before.up,
    down: after.down - before.down,
    executed: executed(build.spawns),
    seconds: build.seconds,
    archive: fileHash(await archiveOf(bazel)),
  };
}

/** The partitions of the disk, as the stages of a build wrote them. */
async function partitionImages(bazel: InnerBazel, { executed: spawns }: Transfer): Promise<string[]> {
  const stages = spawns.filter(({ mnemonic }) => ["IcosErofsImage", "IcosExt4Image", "IcosVfatImage"].includes(mnemonic));
  const bin = await bazel.output("");
  const names = stages.flatMap(({ outputs }) => outputs.map((output) => output.path)).filter((name) => name.endsWith(".img"));
  return names.map((name) => path.join(bin, name.replace(/^bazel-out\/[^/]+\/bin\//, "")));
}

async function archiveOf(bazel: InnerBazel): Promise<string> {
  return await bazel.output("ic-os/guestos/envs/dev/disk-img.tar.zst");
}
