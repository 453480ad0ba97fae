import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { executed, imageStages } from "../../tools/execution-log/summary.ts";
import { type Build, InnerBazel } from "../inner-bazel/inner-bazel.ts";
import { copyWorkspace, lastingFolder } from "../inner-bazel/workspace.ts";
import { blobOfSize, fileHash, flipBit, testFolder } from "./blobs.ts";
import { startNginx, type NginxCache } from "./servers/nginx.ts";

const IMAGE = "//tests/remote/image:disk-img.tar.zst";
const STAGES = 6;

// The same folder as the other tests that run Bazel: what one fetches, all have.
const folder = lastingFolder("incremental");
const bazel = new InnerBazel(path.join(folder, "workspace"), path.join(folder, "output-base"));
const store = path.join(testFolder(), "store");
let cache: NginxCache;
let salt = Date.now();
let filledWith: string[] = [];
let right = "";
let file = "";

/** Builds the image with a cache; whatever happens to the cache, the build must succeed and its bytes be right. */
async function build(server: NginxCache, flags: string[]): Promise<Build> {
  const result = await bazel.build([IMAGE], ["--config=remote-cache", `--remote_cache=${server.url}`, "--remote_retries=1", ...flags]);
  expect(fileHash(file)).toBe(right);
  return result;
}

/** Makes every stage of the image one that never ran here. */
function newSalt(): string[] {
  return [`--//rules/image/perturbation:salt=${salt++}`];
}

function stagesRun(result: Build): number {
  return executed(imageStages(result.spawns)).length;
}

beforeAll(async () => {
  copyWorkspace(bazel.workspace);
  await bazel.build([IMAGE]);
  file = await bazel.output("tests/remote/image/disk-img.tar.zst");
  right = fileHash(file);
  cache = await startNginx(store);
  filledWith = newSalt();
  expect(stagesRun(await build(cache, filledWith))).toBe(STAGES);
});

afterAll(async () => {
  await cache[Symbol.asyncDispose]();
  await bazel.shutdown();
});

test("a cache that works gives back what is gone here", async () => {
  fs.rmSync(file);
  expect(stagesRun(await build(cache, filledWith))).toBe(0);
});

test("a connection that is cut in the middle of a blob: the stage runs here", async () => {
  fs.rmSync(file);
  cache.proxy.cutAfter(1_000_000);
  const result = await build(cache, filledWith);
  cache.proxy.cutAfter(Number.POSITIVE_INFINITY);
  expect(stagesRun(result)).toBe(1);
  expect(result.text).toMatch(/WARNING: Remote Cache: /);
});

test("a blob with a flipped bit is not taken", async () => {
  // The archive itself: what this build downloads.
  const blob = blobOfSize(store, fs.statSync(file).size);
  flipBit(blob);
  fs.rmSync(file);
  const result = await build(cache, filledWith);
  expect(stagesRun(result)).toBe(1);
  // The stage's own upload has put it right, too.
  expect(fileHash(blob)).toBe(right);
  expect(result.text).toContain("does not match received digest");
});

test("a full cache breaks no build", async () => {
  await using full = await startNginx(path.join(testFolder(), "full"), { storeBytes: 1 << 20 });
  const result = await build(full, newSalt());
  expect(stagesRun(result)).toBe(STAGES);
  expect(full.log()).toContain("No space left on device");
  expect(result.text).toContain("WARNING: Remote Cache: ");
});

test("a server that goes away half-way leaves the rest to this machine", async () => {
  await using leaving = await startNginx(path.join(testFolder(), "leaving"));
  const watch = setInterval(() => {
    if (leaving.proxy.traffic.bytes.up > 2_000_000) void leaving.kill();
  }, 10);
  try {
    const result = await build(leaving, newSalt());
    expect(stagesRun(result)).toBe(STAGES);
    expect(result.text).toContain("WARNING: Remote Cache: ");
  } finally {
    clearInterval(watch);
  }
});

test("a cache that nobody named says where its address goes", async () => {
  fs.rmSync(file);
  const result = await bazel.tryBuild([IMAGE], ["--config=remote-cache", "--remote_retries=0", ...filledWith]);
  expect(result.text).toContain("put-your-remote-cache-into-bazelrc-user.invalid");
});
