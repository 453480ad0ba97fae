import { log } from "../../../tools/lib/log.ts";
import { InnerBazel } from "../../inner-bazel/inner-bazel.ts";
import { copyWorkspace, lastingFolder } from "../../inner-bazel/workspace.ts";
import { measureTransfers, type Transfers, written } from "../../remote/transfers.ts";
import fs from "node:fs";
import path from "node:path";
import type { Scenario } from "../scenario.ts";

let measured: Promise<Transfers> | undefined;

/** One measurement serves all rows: four builds, two users, nginx between them. */
function transfers(folder: string): Promise<Transfers> {
  measured ??= measure(path.join(folder, "transfers"));
  return measured;
}

async function measure(folder: string): Promise<Transfers> {
  const place = lastingFolder("incremental");
  const first = new InnerBazel(path.join(place, "workspace"), path.join(place, "output-base"));
  copyWorkspace(first.workspace);
  fs.mkdirSync(folder, { recursive: true });
  try {
    const found = await measureTransfers(first, folder);
    for (const { mnemonic, name, bytes } of written(found.changedFile).filter((file) => file.bytes > 100_000)) log(`a changed file makes ${(bytes / 1e6).toFixed(1)} MB: ${mnemonic} ${name}`);
    return found;
  } finally {
    await first.shutdown();
  }
}

function row(name: string, title: string, bytes: (of: Transfers) => number): Scenario {
  return { name, title, unit: "MB", runs: 1, ours: async ({ folder }) => ({ value: bytes(await transfers(folder)) / 1e6 }) };
}

/** Bytes on the wire to and from a remote cache: HTTP's own included. */
export const remoteCache: readonly Scenario[] = [
  row("cache-first-up", "remote cache: first build, up", ({ firstBuild }) => firstBuild.up),
  row("cache-clean-down", "remote cache: clean machine, down", ({ cleanMachine }) => cleanMachine.down),
  row("cache-change-up", "remote cache: one changed file, up", ({ changedFile }) => changedFile.up),
  row("cache-change-down", "remote cache: that change elsewhere, down", ({ changedFileElsewhere }) => changedFileElsewhere.down),
  row("cache-change-blocks", "what that change changed on the disk, compressed", ({ changedBlocksBytes }) => changedBlocksBytes),
  row("cache-change-partitions", "the partitions it changed, compressed", ({ changedPartitionsBytes }) => changedPartitionsBytes),
];
