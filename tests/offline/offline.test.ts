import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { runfile } from "../../tools/lib/runfiles.ts";
import { InnerBazel } from "../inner-bazel/inner-bazel.ts";
import { copyWorkspace, lastingFolder } from "../inner-bazel/workspace.ts";

// One stage of an image with one tool of the sysimage toolchain, Node, esbuild and all npm packages.
const IMAGE = "//tests/remote/image:esp";
const FILE = "tests/remote/image/esp.img";
const NOT_PACKED = "@nginx//:nginx";

// The same folder as the other tests that run Bazel: what one fetches, all have. No startup options: the program starts Bazel with none.
const folder = lastingFolder("incremental");
const online = new InnerBazel(path.join(folder, "workspace"), path.join(folder, "output-base"), []);
// A machine that never built anything, with nothing of this one's but Bazel: docs/offline.md says how that was tried, too.
const machine = path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "machine");
const checkout = path.join(machine, "rules_icos");

/** Runs a shell script in a network namespace whose only interface is the loopback, which Bazel needs to talk to its own server. */
async function offline(script: string): Promise<{ exitCode: number | undefined; text: string }> {
  const busybox = runfile(process.env["BUSYBOX"] ?? "");
  const inside = `"$1" ip link set lo up; ${script}`;
  const bazelCache = process.env["ICOS_BAZEL_CACHE"] ?? path.join(process.env["XDG_CACHE_HOME"] ?? path.join(process.env["HOME"] ?? "", ".cache"), "rules_icos");
  const { exitCode, all } = await execa(busybox, ["unshare", "-r", "-n", "sh", "-c", inside, "sh", busybox], {
    cwd: machine,
    env: { HOME: path.join(machine, "home"), PATH: process.env["PATH"] ?? "", ICOS_BAZEL_CACHE: bazelCache },
    extendEnv: false,
    all: true,
    reject: false,
  });
  return { exitCode, text: all };
}

function sha256(file: string): string {
  return createHash("sha256").update(fs.readFileSync(file)).digest("hex");
}

beforeAll(() => {
  copyWorkspace(online.workspace);
  fs.mkdirSync(path.join(machine, "home"), { recursive: true });
});

afterAll(async () => {
  await online.shutdown();
  await execa("chmod", ["-R", "u+w", machine], { reject: false });
  fs.rmSync(machine, { recursive: true, force: true });
});

test("an archive holds what a target downloads", async () => {
  const file = path.join(machine, "bundle.tar");
  const args = ["--noshow_progress", "--symlink_prefix=/", "//tools:bundle", "--", IMAGE, "--no-bazel-packages", "--out", file];
  const { exitCode, text, seconds } = await online.run("run", args);
  process.stdout.write(`bundle: ${seconds.toFixed(1)} s, ${(fs.statSync(file).size / 1e6).toFixed(0)} MB\n`);
  expect(text).toMatch(/bundle\.tar: \d+ MB, \d{3} downloads, 0 packages of Bazel/);
  expect(exitCode).toBe(0);
  await execa(runfile(process.env["TAR"] ?? ""), ["-xf", file, "-C", machine]);
  fs.rmSync(file);
});

test("a machine without a network builds the same bytes from it", async () => {
  copyWorkspace(checkout);
  const startup = "--max_idle_secs=60";
  const { exitCode, text } = await offline(`
    set -e
    "$1" ip -o link
    rules_icos-bundle/install rules_icos
    cd rules_icos
    tools/bazel ${startup} build --noshow_progress --disk_cache= ${IMAGE}
    tools/bazel ${startup} build --noshow_progress ${NOT_PACKED} || echo "as it should"
    tools/bazel ${startup} shutdown`);
  expect(text.match(/^\d+: \w+/gm)).toEqual(["1: lo"]);
  expect(text).toContain("Build completed successfully");
  // What was not packed is named, and where it was looked for.
  expect(text).toMatch(/deb: nginx \S+ cannot be downloaded.*\n {2}http:\/\/not-in-the-offline-bundle\.invalid\/debian\/pool\//);
  expect(text).toContain("as it should");
  expect(exitCode).toBe(0);

  await online.build([IMAGE]);
  expect(sha256(path.join(checkout, "bazel-bin", FILE))).toBe(sha256(await online.output(FILE)));
});
