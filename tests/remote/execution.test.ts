import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { imageStages } from "../../tools/execution-log/summary.ts";
import type { Spawn } from "../../tools/execution-log/spawn.ts";
import { InnerBazel } from "../inner-bazel/inner-bazel.ts";
import { copyWorkspace, edit, lastingFolder } from "../inner-bazel/workspace.ts";
import { blobsBelow, fileHash, flipBit, testFolder } from "./blobs.ts";
import { startCasd, type Casd } from "./servers/casd.ts";

const ARCHIVE = "//tests/remote/image:disk-img.tar.zst";
const ROOT = "//tests/remote/image:root";
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

/** Flags of a build that takes from a gRPC cache and runs here. `of`: a number for the salt, so that a build can be named again. */
function cached(server: Casd, of: number): string[] {
  return ["--config=remote-cache", `--remote_cache=${server.url}`, "--remote_retries=1", `--//rules/image/perturbation:salt=${of}`];
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

test("a gRPC cache that returns a blob with a flipped bit: that stage runs here", async () => {
  await using store = await startCasd(path.join(testFolder(), "corrupt"));
  const flags = cached(store, salt++);
  await bazel.build([ARCHIVE], flags);
  for (const blob of blobsBelow(store.store, fs.statSync(file).size)) flipBit(blob);
  fs.rmSync(file);
  const { spawns, text } = await bazel.build([ARCHIVE], flags);
  expect(runners(spawns)).toEqual({ "linux-sandbox": ["IcosDiskArchive"] });
  expect(text).toContain("does not match received digest");
  expect(fileHash(file)).toBe(right);
});

test("a gRPC cache that forgets a blob between its action's result and its use: the build makes it again by itself", async () => {
  await using forgetful = await startCasd(path.join(testFolder(), "forgetful"));
  const complete = cached(forgetful, salt++);
  const flags = [...complete, "--remote_download_outputs=minimal"];
  await bazel.build([ARCHIVE], flags);
  const root = await bazel.output("tests/remote/image/root.img");
  const size = fs.statSync(root).size;
  // A clean machine takes the results of all stages from the cache, but no bytes that it does not need...
  await bazel.run("clean", []);
  await bazel.build([ROOT], flags);
  expect(fs.existsSync(root)).toBe(false);
  // ...and when another archive needs them (partitions.csv is in two other partitions), they are gone.
  for (const blob of blobsBelow(forgetful.store, size)) fs.rmSync(blob);
  edit(bazel.workspace, "tests/remote/image/partitions.csv", "# name", "# changed\n# name");
  const { spawns, text } = await bazel.tryBuild([ARCHIVE], flags);
  edit(bazel.workspace, "tests/remote/image/partitions.csv", "# changed\n", "");
  expect(text).toMatch(/Found transient remote cache error, retrying the build/);
  expect(text).toContain("Build completed successfully");
  expect(runners(spawns)["linux-sandbox"]).toEqual(["IcosDiskArchive", "IcosErofsImage"]);
  await bazel.build([ARCHIVE], complete);
  expect(fileHash(file)).toBe(right);
});

test("a full gRPC cache breaks no build", async () => {
  await using full = await startCasd(path.join(testFolder(), "full"), { quota: "2M" });
  const { spawns, text } = await bazel.build([ARCHIVE], cached(full, salt++));
  expect(runners(spawns)).toEqual({ "linux-sandbox": ARCHIVE_STAGES });
  expect(text).toContain("WARNING: Remote Cache: ");
  expect(fileHash(file)).toBe(right);
});

test("a store too small for one action's inputs: that action runs here", async () => {
  await using small = await startCasd(path.join(testFolder(), "small"), { quota: "40M" });
  const { spawns } = await bazel.build([ARCHIVE], execution(small));
  expect(Object.keys(runners(spawns))).toContain("linux-sandbox");
  expect(fileHash(file)).toBe(right);
});
