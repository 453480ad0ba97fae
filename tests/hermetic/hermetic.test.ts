import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { countByMnemonic, executed } from "../../tools/execution-log/summary.ts";
import { InnerBazel } from "../inner-bazel/inner-bazel.ts";
import { copyWorkspace, lastingFolder } from "../inner-bazel/workspace.ts";

const TARGETS = ["//ic-os/guestos/envs/dev:disk-img.tar.zst", "//ic-os/guestos/envs/dev:update-img.tar.zst"];
const READS_FILE = "//tests/rules/determinism:leaks_host-file";
const RUNS_PROGRAM = "//tests/rules/determinism:leaks_host-program";

// The same folder as the other tests that run Bazel: what one fetches, all have, and what this one builds need not be built by tests/incremental.
const folder = lastingFolder("incremental");
const bazel = new InnerBazel(path.join(folder, "workspace"), path.join(folder, "output-base"));

beforeAll(() => copyWorkspace(bazel.workspace));

afterAll(async () => {
  await bazel.shutdown();
});

/** Makes every stage one that never ran. */
function newSalt(): string {
  return `--//rules/image/perturbation:salt=${Date.now()}`;
}

async function built(label: string): Promise<string> {
  return fs.readFileSync(await bazel.output(label.slice(2).replace(":", "/")), "utf8");
}

test("the whole image is built from declared inputs alone, tools included", async () => {
  await bazel.run("clean", []);
  const { spawns, seconds } = await bazel.build(TARGETS, ["--config=hermetic"]);
  const counts = countByMnemonic(executed(spawns));
  process.stdout.write(`${executed(spawns).length} actions in ${seconds.toFixed(1)} s\n`);
  // Programs were bundled, packages unpacked, file systems made, archives packed: nothing came from elsewhere.
  expect(Object.keys(counts)).toEqual(expect.arrayContaining(["Esbuild", "IcosDebLayer", "IcosDiskArchive", "IcosErofsImage", "IcosExt4Image", "IcosInitrd", "IcosUpdateImage"]));
  expect(executed(spawns).filter(({ runner }) => runner !== "linux-sandbox")).toEqual([]);
});

test("an action that reads a file of the host fails, which the plain sandbox lets it do", async () => {
  await bazel.build([READS_FILE], [newSalt()]);
  expect(await built(READS_FILE)).toContain("root:x:0:0:");
  const { exitCode, text } = await bazel.tryBuild([READS_FILE], ["--config=hermetic", newSalt()]);
  expect(exitCode).toBe(1);
  expect(text).toContain("ENOENT: no such file or directory, open '/etc/passwd'");
});

test("an action finds no program of the host, which the plain sandbox shows it", async () => {
  await bazel.build([RUNS_PROGRAM], [newSalt()]);
  expect(await built(RUNS_PROGRAM)).toMatch(/^\d+\.\d+/);
  await bazel.build([RUNS_PROGRAM], ["--config=hermetic", newSalt()]);
  expect(await built(RUNS_PROGRAM)).toBe("none\n");
});
