import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { imageStages } from "../../tools/execution-log/summary.ts";
import type { Spawn } from "../../tools/execution-log/spawn.ts";
import { InnerBazel } from "../inner-bazel/inner-bazel.ts";
import { copyWorkspace, lastingFolder } from "../inner-bazel/workspace.ts";
import { fileHash, testFolder } from "./blobs.ts";
import { startCasd, type Casd } from "./servers/casd.ts";

const ARCHIVE = "//tests/remote/image:disk-img.tar.zst";
const RAW_DISK = "//tests/remote/image:disk.img";

// buildbox knows SHA-256 only, as some other servers do; docs/remote-cache.md says how to live with one.
const folder = lastingFolder("incremental");
const bazel = new InnerBazel(path.join(folder, "workspace"), path.join(folder, "output-base"), ["--digest_function=sha256", "--host_jvm_args=-Xmx1200m"]);
let salt = Date.now();
let right = "";
let file = "";
let casd: Casd;

function execution(server: Casd): string[] {
  return ["--config=remote-exec", `--remote_executor=${server.url}`, "--jobs=2", "--remote_retries=1", `--//rules/image/perturbation:salt=${salt++}`];
}

/** Who ran the image's stages: `{ remote: 7 }`. */
function runners(spawns: readonly Spawn[]): Record<string, string[]> {
  const stages = imageStages(spawns).map(({ runner, mnemonic }) => ({ runner, mnemonic }));
  return Object.fromEntries(Object.entries(Object.groupBy(stages, ({ runner }) => runner)).map(([runner, of = []]) => [runner, of.map(({ mnemonic }) => mnemonic).sort()]));
}

const ARCHIVE_STAGES = ["IcosDiskArchive", "IcosErofsImage", "IcosExt4Image", "IcosFileTar", "IcosPartitionTable", "IcosVfatImage"];

beforeAll(async () => {
  copyWorkspace(bazel.workspace);
  await bazel.build([ARCHIVE]);
  file = await bazel.output("tests/remote/image/disk-img.tar.zst");
  right = fileHash(file);
  casd = await startCasd(path.join(testFolder(), "casd"));
});

afterAll(async () => {
  await casd[Symbol.asyncDispose]();
  await bazel.shutdown();
});

test("every stage of an image runs remotely, except the raw disk", async () => {
  const { spawns } = await bazel.build([ARCHIVE, RAW_DISK], execution(casd));
  expect(runners(spawns)).toEqual({ "linux-sandbox": ["IcosDiskImage"], remote: ARCHIVE_STAGES });
  expect(fileHash(file)).toBe(right);
  expect(casd.proxy.calls.get("Execution/Execute")).toBeGreaterThanOrEqual(ARCHIVE_STAGES.length);
});

test("what was made remotely is in the cache for those who build here", async () => {
  fs.rmSync(file);
  const again = `--//rules/image/perturbation:salt=${salt - 1}`;
  const { spawns } = await bazel.build([ARCHIVE], ["--config=remote-cache", `--remote_cache=${casd.url}`, again]);
  expect(runners(spawns)).toEqual({ "remote cache hit": ["IcosDiskArchive"] });
  expect(fileHash(file)).toBe(right);
});

test("an executor that dies half-way: the rest runs here, or the build says what it lost", async () => {
  await using dying = await startCasd(path.join(testFolder(), "dying"));
  const watch = setInterval(() => {
    if ((dying.proxy.calls.get("Execution/Execute") ?? 0) >= 3) void dying.kill();
  }, 10);
  const flags = execution(dying);
  try {
    const { spawns, text, exitCode } = await bazel.tryBuild([ARCHIVE], flags);
    expect(text).toContain("UNAVAILABLE");
    // What was made there and not yet fetched is gone with the server.
    if (exitCode !== 0) expect(text).toContain("Failed to fetch blobs because of a remote cache error");
    else expect(Object.keys(runners(spawns))).toContain("linux-sandbox");
  } finally {
    clearInterval(watch);
  }
  // Without the server, the same tree builds.
  await bazel.build([ARCHIVE], flags.filter((flag) => flag.includes("salt")));
  expect(fileHash(file)).toBe(right);
});

test("a store too small for one action's inputs: that action runs here", async () => {
  await using small = await startCasd(path.join(testFolder(), "small"), { quota: "40M" });
  const { spawns } = await bazel.build([ARCHIVE], execution(small));
  expect(Object.keys(runners(spawns))).toContain("linux-sandbox");
  expect(fileHash(file)).toBe(right);
});
