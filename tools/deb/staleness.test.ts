import { expect, test } from "@jest/globals";
import { parseDefinition } from "./definition.ts";
import type { Lock } from "./lock_file.ts";
import { staleness } from "./staleness.ts";

const bash = { name: "bash", version: "5.2", architecture: "amd64", suite: "trixie", archive: "debian", path: "pool/b.deb", size: 1, sha256: "0".repeat(64) };
const lock: Lock = { version: 1, distribution: "debian", suite: "trixie", architecture: "amd64", packages: [bash], sets: { base: ["bash"] } };
const definition = (changes: object): ReturnType<typeof parseDefinition> =>
  parseDefinition(
    JSON.stringify({ distribution: "debian", architecture: "amd64", suites: [{ suite: "trixie", archive: "debian", components: ["main"] }], sets: { base: { packages: ["bash"] } }, ...changes }),
    "packages.json",
  );

test("a lock that holds what is asked for is fresh", () => {
  expect(staleness(definition({ sets: { base: { packages: ["bash=5.2", "apt-"] } } }), lock)).toEqual([]);
});

test("everything that the definition says otherwise is listed", () => {
  const changed = definition({
    distribution: "ubuntu",
    suites: [{ suite: "noble", archive: "ubuntu", components: ["main"] }],
    sets: { dev: { packages: [] }, base: { packages: ["bash-", "curl", "bash=5.3"] } },
  });
  expect(staleness(changed, lock)).toEqual([
    "distribution: expected ubuntu, got debian",
    "bash is from debian trixie, which is no suite of the definition",
    "set dev is not in the lock",
    "set base has bash, which is forbidden",
    "set base lacks curl",
    "set base: bash: expected 5.3, got 5.2",
  ]);
  expect(staleness(definition({ sets: { other: { packages: [] } } }), lock)).toEqual(["set base is not in the definition", "set other is not in the lock"]);
});
