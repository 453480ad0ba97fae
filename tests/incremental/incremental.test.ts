import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { countByMnemonic, executed } from "../../tools/execution-log/summary.ts";
import { InnerBazel } from "../inner-bazel/inner-bazel.ts";
import { copyWorkspace, lastingFolder } from "../inner-bazel/workspace.ts";
import { addPackage, addService, changeComponent, changeService } from "./changes.ts";

// What a developer rebuilds all day: the disk and the update of the dev image.
const TARGETS = ["//ic-os/guestos/envs/dev:disk-img.tar.zst", "//ic-os/guestos/envs/dev:update-img.tar.zst"];

// What follows from a changed root file system, whatever changed in it.
const AFTER_ROOT = {
  ...{ IcosBootArgs: 1, IcosDiskArchive: 1, IcosErofsImage: 1, IcosExt4Image: 1 },
  ...{ IcosUpdateImage: 1, IcosUpdateManifest: 1, IcosUpdateSignature: 1 },
};

// What follows from other packages.
const AFTER_PACKAGES = { ...AFTER_ROOT, IcosFrames: 1, IcosRootfsDelta: 1, IcosRootfsImage: 1 };

const folder = lastingFolder("incremental");
const workspace = path.join(folder, "workspace");
const bazel = new InnerBazel(workspace, path.join(folder, "output-base"));

/** Names and numbers of the actions that a build runs. */
async function rerun(...flags: string[]): Promise<Record<string, number>> {
  const { spawns } = await bazel.build(TARGETS, flags);
  return countByMnemonic(executed(spawns));
}

beforeAll(async () => {
  copyWorkspace(workspace);
  addService(workspace);
  const first = await bazel.build(TARGETS);
  process.stdout.write(`first build: ${first.seconds.toFixed(1)} s, ${executed(first.spawns).length} processes\n`);
});

afterAll(async () => {
  await bazel.shutdown();
});

test("no change runs nothing", async () => {
  expect(await rerun()).toEqual({});
});

test("a changed version enters at the end", async () => {
  expect(await rerun("--//ic-os:version=1.2.3")).toEqual(AFTER_ROOT);
  // And back, for the tests that follow.
  await rerun();
});

test("a changed service binary enters at the end", async () => {
  changeService(workspace, "second");
  expect(await rerun()).toEqual(AFTER_ROOT);
});

test("a changed component file merges the root file system anew, and unpacks no package", async () => {
  changeComponent(workspace);
  expect(await rerun()).toEqual({ ...AFTER_ROOT, IcosRootfsDelta: 1 });
});

test("an added package unpacks its own layer, no other", async () => {
  addPackage(workspace, "bubblewrap");
  expect(await rerun()).toEqual({ ...AFTER_PACKAGES, IcosDebLayer: 1 });
});
