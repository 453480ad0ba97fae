import fs from "node:fs";
import path from "node:path";
import { executed } from "../../tools/execution-log/summary.ts";
import type { Spawn } from "../../tools/execution-log/spawn.ts";
import { type Build, InnerBazel } from "../inner-bazel/inner-bazel.ts";
import { copyWorkspace, edit } from "../inner-bazel/workspace.ts";
import { fileHash } from "./blobs.ts";
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
  /** Bytes of disk-img.tar.zst: the image, compressed. */
  imageBytes: number;
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
    for (const { workspace } of [first, second]) edit(workspace, "ic-os/components/networking/hosts", "localhost", "localhost changed");
    return { firstBuild, cleanMachine, changedFile: await transfer(first, cache), changedFileElsewhere: await transfer(second, cache), imageBytes };
  } finally {
    await second.expunge();
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

async function transfer(bazel: InnerBazel, cache: NginxCache): Promise<Transfer> {
  const before = cache.proxy.traffic.bytes;
  const build: Build = await bazel.build([IMAGE], ["--config=remote-cache", `--remote_cache=${cache.url}`]);
  const after = cache.proxy.traffic.bytes;
  return {
    up: after.up - before.up,
    down: after.down - before.down,
    executed: executed(build.spawns),
    seconds: build.seconds,
    archive: fileHash(await archiveOf(bazel)),
  };
}

async function archiveOf(bazel: InnerBazel): Promise<string> {
  return await bazel.output("ic-os/guestos/envs/dev/disk-img.tar.zst");
}
