import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { runfile } from "../../../tools/lib/runfiles.ts";
import { writeGuestDisk } from "../../../tools/vm/testing/guest-disk.ts";
import { testAccelerator, testConfig } from "../../../tools/vm/testing/test-config.ts";
import { chooseCuts } from "./choose.ts";
import { cutAt, type Cut } from "./cut.ts";
import { makeNode, type TestNode } from "./node.ts";
import { seededRandom } from "./random.ts";
import { record, stepRange, type Recording } from "./recording.ts";
import { readUpdateManifest, runCuts, type CutResult } from "./run-cuts.ts";

// A short, fixed set of what //tests/bench/power-cut does at length: install and commit of an upgrade, cut at many moments. After one of them
// a guest is booted, in the new slot; after the others the disk is looked at.
const SEED = 4;
const LOOKS = { install: 40, commit: 20 };

const { tools, manifests } = testConfig();
const manifest = manifests.get("dev")!;
let folder: string;
let node: TestNode;
let recording: Recording;
let looked: Cut[];
let booted: Cut[];

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "power-cut-"));
  node = await makeNode(folder, tools, await testAccelerator(testConfig()));
  recording = await record(node, manifest, runfile(process.env["UPDATE"]!), "first boot");
  const layout = writeGuestDisk(manifest, path.join(folder, "layout.img"));
  looked = chooseCuts(recording, layout, LOOKS, SEED);
  // The commit is done, and nothing after it: the new system must come up for its first time.
  booted = [cutAt(recording.log, stepRange(recording, "commit").to - 1, seededRandom(SEED))];
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

async function cutAll(cuts: readonly Cut[], boots: boolean): Promise<CutResult[]> {
  const results: CutResult[] = [];
  const version = fs.readFileSync(runfile(process.env["VERSION"]!), "utf8").trim();
  const bench = { node, recording, manifest, everyUnit: true, update: readUpdateManifest(runfile(process.env["UPDATE_MANIFEST"]!)), version, tools: { ...tools, e2fsck: runfile(process.env["E2FSCK"]!) } };
  await runCuts(bench, cuts, () => boots, (result) => results.push(result));
  return results;
}

test("whenever the power goes, the boot loader's state is whole, and so is the slot that boots next", async () => {
  const results = await cutAll(looked, false);
  expect(results.filter(({ problems }) => problems.length > 0)).toEqual([]);
  // Cuts that lose nothing, or that all lead to one slot, would show nothing.
  expect(results.reduce((lost, { unflushed }) => lost + unflushed.lost + unflushed.torn, 0)).toBeGreaterThan(20);
  expect(new Set(results.map(({ slot }) => slot))).toEqual(new Set(["A", "B"]));
});

test("with its power back, the guest boots a verified system, its state is consistent, and the node's data is there", async () => {
  const results = await cutAll(booted, true);
  console.log(JSON.stringify(results));
  expect(results).toMatchObject([{ step: "commit", slot: "B" }]);
  expect(results.filter(({ problems }) => problems.length > 0)).toEqual([]);
});
