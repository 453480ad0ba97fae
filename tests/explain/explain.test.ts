import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { InnerBazel } from "../inner-bazel/inner-bazel.ts";
import { copyWorkspace, edit, lastingFolder } from "../inner-bazel/workspace.ts";

const IMAGE = "//tests/remote/image:disk-img.tar.zst";
const STAGE = "//tests/remote/image:tree";

// The same folder as the other tests that run Bazel: what one fetches, all have. No startup options: the programs start Bazel with none.
const folder = lastingFolder("incremental");
const bazel = new InnerBazel(path.join(folder, "workspace"), path.join(folder, "output-base"), []);

/** `bazel run //tools:TOOL -- ARGS`: what it printed on stdout is behind Bazel's own lines. */
async function run(tool: string, ...args: string[]): Promise<{ exitCode: number; text: string; seconds: number }> {
  const result = await bazel.run("run", ["--noshow_progress", "--color=no", "--curses=no", "--symlink_prefix=/", `//tools:${tool}`, "--", ...args]);
  process.stdout.write(`${tool}: ${result.seconds.toFixed(1)} s\n`);
  return result;
}

/** The JSON object that a program printed last. */
function json<T>(text: string): T {
  return JSON.parse(text.slice(text.indexOf("\n{\n") + 1, text.lastIndexOf("\n}") + 2)) as T;
}

beforeAll(() => {
  process.env["XDG_STATE_HOME"] = process.env["TEST_TMPDIR"] ?? "/tmp";
  copyWorkspace(bazel.workspace);
});

afterAll(async () => {
  await bazel.shutdown();
});

test("why: the first time it records, then it names the file by its place in the image, the setting, the tool's source", async () => {
  expect((await run("why", IMAGE)).text).toMatch(/\d stages recorded\. There is no earlier build to compare with/);

  edit(bazel.workspace, "tests/remote/image/partitions.csv", "#", "# changed\n#");
  const file = await run("why", IMAGE);
  expect(file.text).toContain("IcosVfatImage //tests/remote/image:esp (ran)\n  partitions.csv in the image: tests/remote/image/partitions.csv changed\n");
  expect(file.text).toMatch(/IcosDiskArchive \/\/tests\/remote\/image:disk-img\.tar\.zst \(ran\)\n(  follows from \w+ \/\/tests\/remote\/image:(data|esp|table)\n?)+/);
  // Of the root file system nothing was built.
  expect(file.text).not.toContain("IcosErofsImage");

  edit(bazel.workspace, "tests/remote/image/BUILD.bazel", 'volume_id = "0d9d1c0c"', 'volume_id = "0d9d1c0d"');
  edit(bazel.workspace, "tools/image/tar/file-tar.ts", "mode: 0o755", "mode: 0o750");
  const answer = json<{ changed: boolean; explanations: { mnemonic: string; reasons: object[]; outcome: string }[] }>((await run("why", IMAGE, "--json")).text);
  const of = (mnemonic: string): object | undefined => answer.explanations.find((explanation) => explanation.mnemonic === mnemonic);
  expect(of("IcosVfatImage")).toMatchObject({ outcome: "ran", reasons: [{ kind: "setting", name: "--volume-id", from: "0d9d1c0c", to: "0d9d1c0d" }] });
  expect(of("IcosFileTar")).toMatchObject({ outcome: "ran", reasons: [{ kind: "tool", because: ["tools/image/tar/file-tar.ts"] }] });
});

test("repro: an image that depends on the machine, by its first stage, member and field", async () => {
  const leak = 'process.env["LOGNAME"] === "somebody" ? 0o700 : spec.mode';
  edit(bazel.workspace, "tools/image/tar/file-tar.ts", "mode: spec.mode", `mode: ${leak}`);
  const { exitCode, text } = await run("repro", IMAGE);
  expect(text).toContain("first in IcosFileTar of //tests/remote/image:tree: ");
  expect(text).toContain("  tar member ./usr/bin/esbuild > mode: 0000755 in the first build, 0000700 in the second\n");
  expect(text).toMatch(/and after it:\n( {2}\w+: \S+\n)*? {2}IcosErofsImage: \S+\/root\.img\n/);
  expect(exitCode).toBe(4);

  edit(bazel.workspace, "tools/image/tar/file-tar.ts", leak, "spec.mode");
  const mended = await run("repro", STAGE, "--json");
  const report = json<{ stages: number; files: number; differing: object[] }>(mended.text);
  expect(report.differing).toEqual([]);
  // The stage, its recipe, and the program that makes it.
  expect(report.stages).toBeGreaterThan(2);
  expect(mended.exitCode).toBe(0);
});

test("a wrong flag is told with the command that helps", async () => {
  for (const tool of ["repro", "why"]) {
    const { exitCode, text } = await run(tool, IMAGE, "--jsn");
    expect(exitCode).toBe(2);
    expect(text).toContain(`${tool}: Unknown argument: jsn\n  Try: bazel run //tools:${tool} -- --help`);
  }
});
