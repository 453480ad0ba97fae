import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { countByMnemonic, imageStages } from "../../tools/execution-log/summary.ts";
import { InnerBazel } from "../inner-bazel/inner-bazel.ts";
import { copyWorkspace, lastingFolder } from "../inner-bazel/workspace.ts";
import { testFolder } from "./blobs.ts";
import { measureTransfers, type Transfers } from "./transfers.ts";

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
});

afterAll(async () => {
  await first.shutdown();
});

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

test("the first user runs the image's stages", () => {
  expect(imageStages(transfers.firstBuild.executed).length).toBeGreaterThan(15);
});

test("a second user, elsewhere, with nothing built, runs nothing and has the same image", () => {
  expect(countByMnemonic(transfers.cleanMachine.executed)).toEqual({});
  expect(transfers.cleanMachine.archive).toBe(transfers.firstBuild.archive);
});

test("a clean machine downloads the image, and nothing that went into it", () => {
  expect(transfers.cleanMachine.down).toBeGreaterThan(transfers.imageBytes);
  expect(transfers.cleanMachine.down).toBeLessThan(1.02 * transfers.imageBytes);
});

test("a changed file runs its stages once, on one of the two machines", () => {
  expect(Object.keys(countByMnemonic(transfers.changedFile.executed))).toContain("IcosErofsImage");
  expect(countByMnemonic(transfers.changedFileElsewhere.executed)).toEqual({});
  expect(transfers.changedFileElsewhere.archive).toBe(transfers.changedFile.archive);
  expect(transfers.changedFile.archive).not.toBe(transfers.firstBuild.archive);
});
