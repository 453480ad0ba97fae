import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { runfile } from "../../../tools/lib/runfiles.ts";

// The workspace is used where it lies: Bazel follows its path to rules_icos.
const root = path.dirname(fs.realpathSync(runfile("_main/MODULE.bazel")));
const consumer = path.join(root, "tests/rules/ic/consumer");

const server = http.createServer((request, response) => {
  const file = path.join(consumer, "published", path.normalize(request.url ?? "/"));
  if (fs.existsSync(file)) fs.createReadStream(file).pipe(response.writeHead(200));
  else response.writeHead(404).end();
});
let url: string;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await bazel("shutdown").catch(() => undefined);
  server.close();
});

/** Runs Bazel in the consumer's workspace, with a server and an output base of its own and no links in the tree. */
async function bazel(command: string, ...args: string[]): Promise<{ stdout: string; all: string; exitCode: number | undefined }> {
  const result = await execa(path.join(root, "tools/bazel"), ["--max_idle_secs=60", command, "--symlink_prefix=/", "--noshow_progress", ...args], {
    cwd: consumer,
    env: userEnvironment(),
    extendEnv: false,
    all: true,
    reject: false,
  });
  return { stdout: result.stdout, all: result.all, exitCode: result.exitCode };
}

function userEnvironment(): Record<string, string> {
  const names = ["NPM_CONFIG_REGISTRY", "PATH"];
  const kept = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { HOME: os.userInfo().homedir, ...Object.fromEntries(kept) };
}

test("programs come from where the user says, unpacked, and run", async () => {
  const build = await bazel("build", "//:services", `--repo_env=ICOS_IC_RELEASE_URL=${url}`);
  expect(build.all).toContain("Build completed successfully");
  const execroot = (await bazel("info", "execution_root")).stdout;
  const { stdout } = await bazel("cquery", "--output=files", "//:services", `--repo_env=ICOS_IC_RELEASE_URL=${url}`);
  expect(fs.readFileSync(path.join(execroot, stdout.trim()), "utf8").split("\n")).toEqual([
    "orchestrator of release r1",
    "replica of release r1",
    "/opt/ic/bin/orchestrator:0755 /opt/ic/bin/replica:0755",
    "",
  ]);
});

test("programs that are not what was pinned fail the build, all of them named", async () => {
  const build = await bazel("build", "@consumer_wrong_ic//:all", `--repo_env=ICOS_IC_RELEASE_URL=${url}`);
  expect(build.exitCode).not.toBe(0);
  expect(build.all).toContain("2 of 2 programs of release r1 cannot be had, or are not what");
  expect(build.all).toContain(`${url}/ic/r1/binaries/x86_64-linux/replica.gz, sha256 `);
  expect(build.all).toContain(`${url}/ic/r1/binaries/x86_64-linux/orchestrator, sha256 `);
});

test("a malformed pin file fails with all that is wrong, before anything is downloaded", async () => {
  const build = await bazel("build", "@consumer_malformed_ic//:all");
  expect(build.exitCode).not.toBe(0);
  expect(build.all).toContain("malformed.json: 3 problems");
  for (const field of ["files.0.sha256: ", "files.0.path: ", "files.1.compression: "]) expect(build.all).toContain(field);
});
