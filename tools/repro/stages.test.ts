import { expect, test } from "@jest/globals";
import { readStages } from "./stages.ts";

const PATHS = ["bin/tree.tar", "bin/root.img", "bin/disk.tar", "bin/unneeded", "bin/disk.runfiles/MANIFEST"];

// As `aquery --output=jsonproto` prints it, the last stage first.
const GRAPH = JSON.stringify({
  artifacts: PATHS.map((_, index) => ({ id: index + 1, pathFragmentId: index + 10 })),
  pathFragments: [{ id: 1, label: "bin" }, ...PATHS.map((path, index) => ({ id: index + 10, label: path.slice(4), parentId: 1 }))],
  targets: [{ id: 1, label: "//os:image" }],
  depSetOfFiles: [{ id: 1, directArtifactIds: [2, 5], transitiveDepSetIds: [2] }, { id: 2, directArtifactIds: [1] }],
  actions: [
    { targetId: 1, mnemonic: "IcosDiskArchive", inputDepSetIds: [1], outputIds: [3] },
    { targetId: 1, mnemonic: "IcosErofsImage", inputDepSetIds: [2], outputIds: [2] },
    { targetId: 1, mnemonic: "IcosFileTar", outputIds: [1] },
    { targetId: 1, mnemonic: "IcosListing", outputIds: [4] },
    { targetId: 1, mnemonic: "SymlinkTree", outputIds: [5] },
  ],
});

test("stages come behind what they take from; what a file does not need, and Bazel's own links, do not come", () => {
  expect(readStages(GRAPH, ["bin/disk.tar"]).map(({ mnemonic, outputs }) => [mnemonic, ...outputs])).toEqual([
    ["IcosFileTar", "bin/tree.tar"],
    ["IcosErofsImage", "bin/root.img"],
    ["IcosDiskArchive", "bin/disk.tar"],
  ]);
});
