import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { fakeBazel, makeCheckout, quickBuilder } from "./checkout.ts";

test("$BAZEL_REAL comes first, as Bazelisk's wrapper hook wants it", async () => {
  using checkout = makeCheckout();
  checkout.fake("bazel", fakeBazel("on-path"));
  const real = checkout.fake("real", fakeBazel("real", "6.0.0"));
  const result = await checkout.start(["build", "two words"], { env: { BAZEL_REAL: real } });
  expect(result).toMatchObject({ stdout: "real build two words", stderr: "", exitCode: 0 });
});

test("a $BAZEL_REAL that is this wrapper does not make it call itself for ever", async () => {
  using checkout = makeCheckout();
  checkout.fake("bazel", fakeBazel("on-path"));
  expect((await checkout.start(["info"], { env: { BAZEL_REAL: checkout.bazel } })).stdout).toBe("on-path info");
});

test("a bazel of the right version on PATH is taken", async () => {
  using checkout = makeCheckout();
  checkout.fake("bazel", fakeBazel("on-path"));
  checkout.fake("bazelisk", fakeBazel("bazelisk"));
  expect(await checkout.start(["info"])).toMatchObject({ stdout: "on-path info", stderr: "", exitCode: 0 });
});

test("a bazel of another version is passed over for bazelisk", async () => {
  using checkout = makeCheckout();
  checkout.fake("bazel", fakeBazel("on-path", "7.99.10"));
  checkout.fake("bazelisk", `if [ "$1" = --version ]; then echo "bazel $USE_BAZEL_VERSION"; else echo "bazelisk $* for $USE_BAZEL_VERSION"; fi`);
  expect((await checkout.start(["info"])).stdout).toBe("bazelisk info for 7.99.1");
});

test("ICOS_BAZEL=debian passes over PATH", async () => {
  using checkout = makeCheckout();
  checkout.builder(quickBuilder);
  checkout.fake("bazel", fakeBazel("on-path"));
  expect((await checkout.start(["info"], { env: { ICOS_BAZEL: "debian" } })).stdout).toBe("private info");
});

test("a bazelisk that cannot download, and one that hangs, are passed over", async () => {
  using checkout = makeCheckout();
  checkout.builder(quickBuilder);
  checkout.fake("bazelisk", "echo 'could not download Bazel' >&2; exit 1");
  const failed = await checkout.start(["info"]);
  expect(failed.stdout).toBe("private info");
  expect(failed.stderr).toContain("could not download Bazel");

  fs.rmSync(checkout.cache, { recursive: true });
  checkout.fake("bazelisk", "sleep 1000");
  const started = Date.now();
  expect((await checkout.start(["info"], { env: { ICOS_BAZEL_PROBE_SECONDS: "1" } })).stdout).toBe("private info");
  expect(Date.now() - started).toBeLessThan(20_000);
});

test("what was passed over once is not asked again, until it changes", async () => {
  using checkout = makeCheckout();
  checkout.builder(quickBuilder);
  const asked = path.join(checkout.folder, "asked");
  const bazelisk = checkout.fake("bazelisk", `echo asked >> ${asked}; exit 1`);
  await checkout.start(["info"]);
  expect((await checkout.start(["info"])).stdout).toBe("private info");
  expect(fs.readFileSync(asked, "utf8")).toBe("asked\n");

  checkout.fake("bazelisk", fakeBazel("bazelisk"));
  const later = Date.now() / 1000 + 60;
  fs.utimesSync(bazelisk, later, later);
  expect((await checkout.start(["info"])).stdout).toBe("bazelisk info");
});

test("a bazel on PATH that leads back here is not taken", async () => {
  using checkout = makeCheckout();
  checkout.builder(quickBuilder);
  const ownFolder = path.dirname(checkout.bazel);
  // Bounded, so that a mistake fails here instead of filling the machine with processes.
  const asked = path.join(checkout.folder, "asked");
  checkout.fake("bazel", `echo asked >> ${asked}; [ -z "$SEEN" ] || exit 1; export SEEN=1; exec ${checkout.bazel} "$@"`);
  const env = { PATH: `${ownFolder}:${path.dirname(checkout.fake("unused", ""))}` };
  expect((await checkout.start(["info"], { env })).stdout).toBe("private info");
  expect(fs.readFileSync(asked, "utf8")).toBe("asked\n");
});

test("works through a link, from a subfolder, by absolute and relative path", async () => {
  using checkout = makeCheckout();
  checkout.builder(quickBuilder);
  const sub = path.join(checkout.folder, "a/b");
  fs.mkdirSync(sub, { recursive: true });
  fs.symlinkSync("../../tools/bazel", path.join(sub, "link"));
  for (const program of [checkout.bazel, "../../tools/bazel", "./link", "sh ../../tools/bazel"]) {
    expect((await checkout.shell([], `cd ${sub} && exec ${program} info`)).stdout).toBe("private info");
  }
  expect((await checkout.shell([], `cd ${path.dirname(checkout.bazel)} && exec sh bazel info`)).stdout).toBe("private info");
});

test("hands over its process: exit code, signals and stdin are Bazel's", async () => {
  using checkout = makeCheckout();
  checkout.fake("bazel", `if [ "$1" = --version ]; then echo "bazel 7.99.1"; exit; fi; cat; echo $$; exit 37`);
  const started = checkout.start(["build"], { input: "in " });
  const pid = started.pid;
  expect(await started).toMatchObject({ stdout: `in ${pid}`, exitCode: 37 });
});
