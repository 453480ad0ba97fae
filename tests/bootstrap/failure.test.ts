import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { type Checkout, makeCheckout, version } from "./checkout.ts";

/** Fakes of apt and dpkg that get as far as unpacking. */
function fakeApt(checkout: Checkout): { ICOS_DEBIAN_KEYRING: string } {
  checkout.fake("apt-get", `case "$*" in
    *indextargets*) echo http://mirror.invalid/debian ;;
    *print-uris*) echo "'http://mirror.invalid/a.deb' a.deb 94000000 SHA256:0" ;;
    *download*) echo deb > a.deb ;;
  esac`);
  checkout.fake("apt-cache", `echo "Version: ${version}+ds-1"`);
  checkout.fake("apt-config", "true");
  const keyring = path.join(checkout.folder, "keyring.gpg");
  fs.writeFileSync(keyring, "");
  return { ICOS_DEBIAN_KEYRING: keyring };
}

/** Runs tools/bazel, which must fail with exit code 3 and leave nothing, and returns what it said. */
async function failure(checkout: Checkout, env: Record<string, string>): Promise<string> {
  const result = await checkout.start(["build"], { env });
  expect(result).toMatchObject({ stdout: "", exitCode: 3 });
  const cache = env["ICOS_BAZEL_CACHE"] ?? checkout.cache;
  const left = fs.existsSync(cache) ? fs.readdirSync(cache) : [];
  expect(left.filter((name) => name !== ".lock")).toEqual([]);
  return String(result.stderr);
}

test("tells each place that was tried, why it failed, and what to type", async () => {
  using checkout = makeCheckout();
  const env = fakeApt(checkout);
  checkout.fake("apt-get", "true");
  const bazel = checkout.fake("bazel", "echo bazel 6.0.0");
  const bazelisk = checkout.fake("bazelisk", "exit 1");
  const message = await failure(checkout, env);
  // Before it there may be a note about the cache folder, when this test runs under /tmp.
  expect(message.slice(message.indexOf("tools/bazel: cannot"))).toBe(
    `tools/bazel: cannot get Bazel ${version}
  ${bazel} says 'bazel 6.0.0', not 'bazel ${version}'
  ${bazelisk} could not give Bazel ${version} (exit 1)
  Debian packages: no Debian mirror among apt's sources
  Try: ICOS_DEBIAN_MIRROR=URL tools/bazel ...    # URL of a folder that holds dists/forky
  Try: npm install -g @bazel/bazelisk    # where Bazel's download site can be reached; then type the same again
  Try: BAZEL_REAL=/path/to/bazel tools/bazel ...    # a Bazel ${version} that you have`,
  );
});

test("says that nothing was on PATH", async () => {
  using checkout = makeCheckout();
  checkout.fake("apt-get", "true");
  const message = await failure(checkout, fakeApt(checkout));
  expect(message).toContain("bazel on PATH: none\n  bazelisk on PATH: none\n");
});

test("names every program that the machine lacks at once", async () => {
  using checkout = makeCheckout();
  const env = fakeApt(checkout);
  checkout.without("dpkg-deb");
  checkout.without("gpgv");
  expect(await failure(checkout, env)).toContain("this machine lacks: dpkg-deb gpgv\n");
});

test("says which keys are missing", async () => {
  using checkout = makeCheckout();
  fakeApt(checkout);
  const message = await failure(checkout, { ICOS_DEBIAN_KEYRING: "/nonexistent.gpg" });
  expect(message).toContain("no keys to check the packages' signatures with: /nonexistent.gpg");
  expect(message).toContain("Try: apt-get install debian-archive-keyring");
});

test("refuses a cache path that Bazel's files cannot hold, before any download", async () => {
  using checkout = makeCheckout();
  const env = fakeApt(checkout);
  for (const name of ["with space", "a:b", "a$b", "a'b", "jürgen"]) {
    const message = await failure(checkout, { ...env, ICOS_BAZEL_CACHE: path.join(checkout.cache, name) });
    expect(message).toContain("the cache folder's path has a character other than");
  }
});

test("says which folder cannot be written", async () => {
  using checkout = makeCheckout();
  expect(await failure(checkout, { ICOS_BAZEL_CACHE: "/dev/null/cache" })).toContain("cannot write to the cache folder /dev/null/cache");
});

test("says how much room is missing", async () => {
  using checkout = makeCheckout();
  const env = fakeApt(checkout);
  checkout.fake("df", "echo Filesystem; echo /dev/vda 1000 900 100 90% /");
  expect(await failure(checkout, env)).toContain("has 100 MB free, 600 MB are needed");
});

test("shows apt's own messages when the index cannot be read", async () => {
  using checkout = makeCheckout();
  const env = fakeApt(checkout);
  checkout.fake("apt-get", "echo 'E: NO_PUBKEY 123' >&2; exit 100");
  const message = await failure(checkout, { ...env, ICOS_DEBIAN_MIRROR: "http://mirror.invalid/debian" });
  expect(message).toContain("    E: NO_PUBKEY 123\n");
  expect(message).toContain("apt-get update failed for the suite forky of http://mirror.invalid/debian");
});

test("warns of an index past its date and goes on; refuses another Bazel than the one asked for", async () => {
  using checkout = makeCheckout();
  const env = fakeApt(checkout);
  const updates = path.join(checkout.folder, "updates");
  checkout.fake("apt-get", `case "$*" in
    *indextargets*) echo http://mirror.invalid/debian ;;
    *update*) echo update >> ${updates}
      grep -q Check-Valid-Until "$APT_CONFIG" || { echo 'E: Release file for x is expired (invalid since 3d 2h). Updates will not be applied.'; exit 100; } ;;
  esac`);
  checkout.fake("apt-cache", "echo 'Version: 8.0.0+ds-1'");
  const message = await failure(checkout, env);
  expect(message).toContain("warning: the index of forky is out of date on this mirror: 3d 2h past its end");
  expect(message).toContain(`the suite forky has Bazel 8.0.0+ds-1, this checkout asks for ${version} (.bazelversion)`);
  expect(fs.readFileSync(updates, "utf8")).toBe("update\nupdate\n");
});

test("a failed download, and a package that does not unpack", async () => {
  using checkout = makeCheckout();
  const env = fakeApt(checkout);
  checkout.fake("dpkg-deb", "echo 'dpkg-deb: corrupt' >&2; exit 2");
  const corrupt = await failure(checkout, env);
  expect(corrupt).toContain("installing Bazel 7.99.1 from Debian packages (94 MB, once)");
  expect(corrupt).toContain("dpkg-deb: corrupt");
  expect(corrupt).toContain("Debian packages: failed while unpacking");

  checkout.fake("apt-get", `case "$*" in *indextargets*) echo http://mirror.invalid/debian ;; *download*) exit 100 ;; esac`);
  expect(await failure(checkout, env)).toContain("Debian packages: the download failed");
});
