import { expect, test } from "@jest/globals";
import { parseDefinition, requests } from "./definition.ts";

const good = {
  distribution: "debian",
  architecture: "amd64",
  suites: [{ suite: "trixie", archive: "debian", components: ["main"] }],
  sets: { base: { packages: ["bash", "apt-"] }, dev: { extends: "base", packages: ["vim-tiny", "bash"] } },
};

const parse = (value: unknown): unknown => parseDefinition(JSON.stringify(value), "packages.json");

test("a set asks first for what it extends, each package once", () => {
  expect(requests(parseDefinition(JSON.stringify(good), "packages.json"), "dev")).toEqual(["bash", "apt-", "vim-tiny"]);
});

test("all problems are reported at once, each with its place", () => {
  expect(() => parse({ ...good, architecture: "AMD 64", suites: [], colour: "red", sets: { base: { packages: ["Bash", "ok", "a b"] } } })).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/^packages\.json: 5 problems\n[^]*architecture: expected a Debian architecture[^]*suites: [^]*sets\.base\.packages\.0: expected a package name[^]*sets\.base\.packages\.2: [^]*colour/),
    }),
  );
});

test("a set that extends nothing known, or itself, or names a package twice is refused", () => {
  const sets = { a: { extends: "b", packages: [] }, b: { extends: "a", packages: [] }, c: { extends: "nowhere", packages: [] }, d: { packages: ["bash", "bash"] } };
  expect(() => parse({ ...good, sets })).toThrow(/4 problems[^]*sets\.a\.extends: the sets extend each other in a circle[^]*sets\.c\.extends: no set called nowhere[^]*sets\.d\.packages: bash is there twice/);
});

test("text that is not JSON is said to be so", () => {
  expect(() => parseDefinition("{", "packages.json")).toThrow(/^packages\.json: not JSON/);
});
