import { expect, test } from "@jest/globals";
import type { Lock, LockedPackage } from "./lock_file.ts";
import { changes, sizes } from "./summary.ts";

const bash: LockedPackage = { name: "bash", version: "5.2", architecture: "amd64", suite: "trixie", archive: "debian", path: "pool/b.deb", size: 1_500_000, sha256: "0".repeat(64) };
const of = (packages: LockedPackage[]): Lock => ({ version: 1, distribution: "debian", suite: "trixie", architecture: "amd64", packages, sets: { base: packages.map((p) => p.name) } });

test("added, removed and changed packages are told apart", () => {
  const before = of([bash, { ...bash, name: "curl" }, { ...bash, name: "dash" }]);
  const after = of([{ ...bash, version: "5.3" }, { ...bash, name: "dash", sha256: "1".repeat(64) }, { ...bash, name: "ed" }, { ...bash, name: "fd" }]);
  expect(changes(before, after)).toEqual(["+ ed 5.2", "+ fd 5.2", "- curl 5.2", "~ bash 5.2 -> 5.3", "~ dash 5.2: other sha256", "~ set base: 3 -> 4 packages"]);
});

test("equal locks have no changes; without a lock every package is added", () => {
  expect(changes(of([bash]), of([bash]))).toEqual([]);
  expect(changes(undefined, of([bash]))).toEqual(["+ bash 5.2"]);
});

test("sizes are in megabytes of packages", () => {
  expect(sizes(of([bash]))).toBe("base: 1 packages, 1.5 MB");
});
