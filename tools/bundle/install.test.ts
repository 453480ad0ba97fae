import fs from "node:fs";
import path from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { execa } from "execa";
import { scratchFolder } from "../lib/atomic.ts";
import { runfile } from "../lib/runfiles.ts";
import { sumsFile } from "./sums.ts";

const folder = scratchFolder("install-test");
const bundle = path.join(folder.path, "bundle");
const checkout = path.join(folder.path, "checkout");
const user = path.join(checkout, ".bazelrc.user");

beforeEach(() => {
  for (const top of [bundle, checkout]) fs.rmSync(top, { recursive: true, force: true });
  fs.mkdirSync(path.join(bundle, "repository-cache"), { recursive: true });
  fs.writeFileSync(path.join(bundle, "repository-cache/file"), "a download");
  fs.writeFileSync(path.join(bundle, "archives"), "debian\ndebian-security\n");
  fs.copyFileSync(runfile("_main/tools/bundle/install.sh"), path.join(bundle, "install"));
  fs.writeFileSync(path.join(bundle, "SHA256SUMS"), sumsFile(bundle));
  fs.mkdirSync(checkout);
  fs.writeFileSync(path.join(checkout, "MODULE.bazel"), "");
});

async function install(...args: string[]): Promise<{ exitCode: number | undefined; stderr: string }> {
  const { exitCode, stderr } = await execa("/bin/sh", [path.join(bundle, "install"), ...args], { reject: false });
  return { exitCode, stderr };
}

test("writes its block behind the user's own lines, once", async () => {
  fs.writeFileSync(user, "build --jobs=1\n");
  for (let run = 0; run < 2; run++) {
    const { exitCode, stderr } = await install(checkout);
    expect(stderr).toContain("install: done.");
    expect(exitCode).toBe(0);
  }
  expect(fs.readFileSync(user, "utf8").split("\n")).toEqual([
    "build --jobs=1",
    "# --- begin: offline, written by rules_icos-bundle/install",
    `common --repository_cache=${bundle}/repository-cache`,
    "common --repository_disable_download",
    "common --repo_env=NPM_CONFIG_REGISTRY=http://not-in-the-offline-bundle.invalid",
    "common --repo_env=ICOS_DEBIAN_MIRROR=debian=http://not-in-the-offline-bundle.invalid/debian,debian-security=http://not-in-the-offline-bundle.invalid/debian-security",
    "# --- end: offline",
    "",
  ]);
});

test("a damaged file is named, and nothing is written", async () => {
  fs.writeFileSync(path.join(bundle, "repository-cache/file"), "something else");
  const { exitCode, stderr } = await install(checkout);
  expect(stderr).toContain("repository-cache/file: FAILED");
  expect(exitCode).toBe(4);
  expect(fs.existsSync(user)).toBe(false);
});

test("a folder that is no checkout, and no folder at all", async () => {
  const wrong = await install(bundle);
  expect(wrong.stderr).toMatch(/expected a folder with a MODULE\.bazel\n {2}Try: git clone/);
  expect(wrong.exitCode).toBe(2);
  expect((await install()).exitCode).toBe(2);
  expect((await install("--help")).exitCode).toBe(0);
});
