import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { runfile } from "../../tools/lib/runfiles.ts";

// The workspace is used where it lies: Bazel follows its path to rules_icos.
const root = path.dirname(fs.realpathSync(runfile("_main/MODULE.bazel")));
const consumer = path.join(root, "tests/e2e/smoke");

/** Runs Bazel in the consumer's workspace, with a server and an output base of its own and no links in the tree. */
async function bazel(command: string, ...args: string[]): Promise<{ stdout: string; all: string; exitCode: number | undefined }> {
  const result = await execa(path.join(root, "tools/bazel"), ["--max_idle_secs=60", command, "--symlink_prefix=/", "--noshow_progress", ...args], {
    cwd: consumer,
    // As from the user's shell, not from a test: the downloads of the outer build lie below the user's home.
    env: userEnvironment(),
    extendEnv: false,
    all: true,
    reject: false,
  });
  return { stdout: result.stdout, all: result.all, exitCode: result.exitCode };
}

function userEnvironment(): Record<string, string> {
  const names = ["ICOS_DEBIAN_MIRROR", "NPM_CONFIG_REGISTRY", "PATH"];
  const kept = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { HOME: os.userInfo().homedir, ...Object.fromEntries(kept) };
}

async function built(target: string): Promise<string> {
  const build = await bazel("build", target);
  expect(build.all).toContain("Build completed successfully");
  const { stdout } = await bazel("cquery", "--output=files", target);
  const execroot = (await bazel("info", "execution_root")).stdout;
  return path.join(execroot, stdout.split("\n")[0] ?? "");
}

beforeAll(() => expect(fs.existsSync(path.join(consumer, "MODULE.bazel"))).toBe(true));

afterAll(async () => {
  await bazel("shutdown").catch(() => undefined);
});

test("a program of the consumer runs", async () => {
  const run = await bazel("run", "//:greet");
  expect(run.stdout).toBe("appliance: hello from outside");
});

test("a type error in the consumer's sources fails its build", async () => {
  const build = await bazel("build", "//broken:type_error");
  expect(build.exitCode).toBe(1);
  expect(build.all).toContain("type_error.ts(2,14): error TS2322");
});

test("a guest of the consumer's disk starts, driven by name: rules_icos/vm/testing", async () => {
  const run = await bazel("test", "//:guest_test", "--test_output=errors");
  expect(run.all).toMatch(/\/\/:guest_test +PASSED/);
});

test("a test that calls what the driver does not have fails its build", async () => {
  const build = await bazel("build", "//broken:guest_test");
  expect(build.exitCode).toBe(1);
  expect(build.all).toMatch(/guest\.test\.ts\(3,\d+\): error TS2339: Property 'beginn' does not exist on type 'Machine'/);
});

test("the consumer's disk has its partitions and its program's output", async () => {
  const image = fs.readFileSync(await built("//:disk.img"));
  expect(image.subarray(512, 520).toString("latin1")).toBe("EFI PART");
  expect(image.includes("appliance: hello from outside")).toBe(true);
});
