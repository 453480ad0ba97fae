import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { countByMnemonic, imageStages } from "../../tools/execution-log/summary.ts";
import { InnerBazel } from "../inner-bazel/inner-bazel.ts";
import { copyWorkspace, lastingFolder } from "../inner-bazel/workspace.ts";
import { testFolder } from "./blobs.ts";
import { measureTransfers, type Transfers, written } from "./transfers.ts";

// The same folder as the other tests that run Bazel: what one fetches, all have.
const folder = lastingFolder("incremental");
const first = new InnerBazel(path.join(folder, "workspace"), path.join(folder, "output-base"));
let transfers: Transfers;

beforeAll(async () => {
  copyWorkspace(first.workspace);
  transfers = await measureTransfers(first, path.join(testFolder(), "second-user"));
  for (const [name, value] of Object.entries(transfers)) {
    if (typeof value === "number") process.stdout.write(`${name}: ${megabytes(value)}\n`);
    else process.stdout.write(`${name}: up ${megabytes(value.up)}, down ${megabytes(value.down)}, ${value.executed.length} processes, ${value.seconds.toFixed(1)} s\n`);
  }
  for (const { mnemonic, name, bytes } of written(transfers.changedFile).slice(0, 12)) process.stdout.write(`changedFile makes ${mnemonic} ${name} ${megabytes(bytes)}\n`);
});

afterAll(async () => {
  await first.shutdown();
});

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

test("the first user runs the image's stages", () => {
  expect(imageStages(transfers.firstBuild.executed).length).toBeGreaterThan(15);
});

// Two partitions are made where they are needed: docs/remote-cache.md.
const MADE_HERE = { IcosErofsImage: 1, IcosExt4Image: 1 };

test("a second user, elsewhere, with nothing built, makes two partitions of what the cache has, runs nothing else and has the same image", () => {
  expect(countByMnemonic(transfers.cleanMachine.executed)).toEqual(MADE_HERE);
  expect(transfers.cleanMachine.archive).toBe(transfers.firstBuild.archive);
});

test("a clean machine downloads the image, and what those two partitions are made of", () => {
  expect(transfers.cleanMachine.down).toBeGreaterThan(transfers.imageBytes);
  expect(transfers.cleanMachine.down).toBeLessThan(1.02 * (transfers.imageBytes + transfers.baseBytes) + 30e6);
});

test("a changed file uploads less than twice what it changed in the image", () => {
  expect(transfers.changedFile.up).toBeGreaterThan(transfers.imageBytes);
  expect(transfers.changedFile.up).toBeLessThan(2 * transfers.changedPartitionsBytes);
  expect(transfers.changedFile.up).toBeLessThan(1.05 * transfers.imageBytes);
});

test("a changed file runs its stages once, on one of the two machines, but for the two partitions", () => {
  expect(countByMnemonic(transfers.changedFile.executed)).toEqual({ ...MADE_HERE, IcosBootArgs: 1, IcosDiskArchive: 1, IcosRootfsDelta: 1 });
  expect(countByMnemonic(transfers.changedFileElsewhere.executed)).toEqual(MADE_HERE);
  expect(transfers.changedFileElsewhere.down).toBeLessThan(1.02 * transfers.imageBytes);
  expect(transfers.changedFileElsewhere.archive).toBe(transfers.changedFile.archive);
  expect(transfers.changedFile.archive).not.toBe(transfers.firstBuild.archive);
});

test("with --config=remote-cache-all a clean machine runs nothing and downloads the image alone", () => {
  expect(countByMnemonic(transfers.cleanMachineAll.executed)).toEqual({});
  expect(transfers.cleanMachineAll.down).toBeLessThan(1.02 * transfers.imageBytes);
  expect(transfers.cleanMachineAll.archive).toBe(transfers.changedFile.archive);
});
