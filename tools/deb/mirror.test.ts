import { expect, test } from "@jest/globals";
import { givenMirrors, mirrorOf, mirrorsOf } from "./mirror.ts";

const sites = ["cdrom:[disc]/", "http://host/debian-security", "http://host/debian/", "https://other/debian"];

test("the archive's name is the last segment of a site's path", () => {
  expect(mirrorsOf("debian", [], sites)).toEqual(["http://host/debian", "https://other/debian"]);
  expect(mirrorsOf("debian-security", [], sites)).toEqual(["http://host/debian-security"]);
});

test("what the user gives comes instead of the host's, by path or by name", () => {
  expect(mirrorsOf("debian", ["http://mine/debian"], sites)).toEqual(["http://mine/debian"]);
  expect(mirrorsOf("debian", ["debian=http://mine/apt/"], sites)).toEqual(["http://mine/apt"]);
  expect(mirrorsOf("debian", ["ubuntu=http://mine/debian"], [])).toEqual([]);
});

test("no mirror is a failure of the host that says what was looked at", () => {
  expect(() => mirrorOf("ubuntu", [], sites)).toThrow(expect.objectContaining({ exitCode: 3, hint: "--mirror ubuntu=URL", message: expect.stringContaining("http://host/debian/") }));
});

test("the variable holds mirrors apart by commas or spaces", () => {
  expect(givenMirrors("http://a/debian, b=http://c")).toEqual(["http://a/debian", "b=http://c"]);
  expect(givenMirrors(undefined)).toEqual([]);
});
