import { expect, test } from "@jest/globals";
import { formatLock, parseLock, type Lock, type LockedPackage } from "./lock_file.ts";

const bash: LockedPackage = { name: "bash", version: "5.2", architecture: "amd64", suite: "trixie", archive: "debian", path: "pool/main/b/bash/bash_5.2_amd64.deb", size: 10, sha256: "0".repeat(64) };
const zlib: LockedPackage = { ...bash, name: "zlib1g", path: "pool/main/z/zlib/zlib1g_1%3a1.3+x~1_amd64.deb" };
const lock: Lock = { version: 1, distribution: "debian", suite: "trixie", architecture: "amd64", packages: [bash, zlib], sets: { base: ["bash"], none: [] } };

test("what is written can be read", () => {
  expect(parseLock(formatLock(lock), "lock")).toEqual(lock);
});

test("a package takes one line, so that diffs of locks read well", () => {
  expect(formatLock(lock).split("\n").filter((line) => line.includes('"bash"') && line.includes("sha256"))).toHaveLength(1);
});

test("all problems of a lock are reported at once", () => {
  const broken = { ...lock, packages: [{ ...bash, sha256: "abc", size: 0 }, { ...zlib, path: "pool/../../etc/x.deb" }] };
  expect(() => parseLock(JSON.stringify(broken), "lock")).toThrow(/^lock: 3 problems[^]*packages\.0\.size[^]*packages\.0\.sha256: expected 64 hex digits[^]*packages\.1\.path: expected a pool path/);
});

test("doubled, unsorted and unknown packages are reported at once", () => {
  const broken = { ...lock, packages: [zlib, bash, bash], sets: { base: ["bash", "gone"] } };
  expect(() => parseLock(JSON.stringify(broken), "lock")).toThrow(/3 problems[^]*bash is there twice[^]*sets\.base: gone is not among the packages[^]*not sorted/);
});

test("a path is kept below the archive", () => {
  for (const path of ["/etc/x.deb", "../x.deb", "pool/./x.deb", "pool/x.tar", "http://host/x.deb"]) {
    expect(() => parseLock(JSON.stringify({ ...lock, packages: [{ ...bash, path }], sets: {} }), "lock")).toThrow(/packages\.0\.path/);
  }
});
