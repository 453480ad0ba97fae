import { expect, test } from "@jest/globals";
import { readSnapshot } from "./snapshot.ts";

// As `aquery --output=jsonproto` prints it: a stage whose tool is a launcher with runfiles.
const GRAPH = JSON.stringify({
  artifacts: ["out/root.tar", "out/tool", "out/internal/tool-runfiles", "out/tool.mjs", "out/tool.runfiles/MANIFEST", "hosts", "out/listing"].map((_, index) => ({ id: index + 1, pathFragmentId: index + 1 })),
  pathFragments: ["out/root.tar", "out/tool", "out/internal/tool-runfiles", "out/tool.mjs", "out/tool.runfiles/MANIFEST", "hosts", "out/listing"].map((label, index) => ({ id: index + 1, label })),
  targets: [{ id: 1, label: "//os:root" }, { id: 2, label: "//tools:tool" }],
  depSetOfFiles: [{ id: 1, directArtifactIds: [2, 3, 6] }, { id: 2, directArtifactIds: [2, 5], transitiveDepSetIds: [3] }, { id: 3, directArtifactIds: [4] }],
  actions: [
    { targetId: 1, mnemonic: "IcosRootfs", arguments: ["out/tool", "--x"], inputDepSetIds: [1], outputIds: [1] },
    { targetId: 2, mnemonic: "Middleman", inputDepSetIds: [2], outputIds: [3] },
    { targetId: 2, mnemonic: "Esbuild", outputIds: [4] },
    { targetId: 1, mnemonic: "IcosListing", inputDepSetIds: [1], outputIds: [7] },
  ],
});

test("a stage has its tool's runfiles among its inputs, and follows them; what the target does not need is no stage of it", () => {
  const snapshot = readSnapshot(GRAPH, ["out/root.tar"], (path) => `hash of ${path}`);
  expect(Object.keys(snapshot)).toEqual(["out/tool.mjs", "out/root.tar"]);
  expect(Object.keys(snapshot["out/root.tar"]?.inputs ?? {})).toEqual(["hosts", "out/tool", "out/tool.mjs"]);
  expect(snapshot["out/root.tar"]).toMatchObject({ label: "//os:root", mnemonic: "IcosRootfs", args: ["--x"] });
});
