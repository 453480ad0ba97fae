import { expect, test } from "@jest/globals";
import { ExitCode } from "../lib/failure.ts";
import { userPath } from "../lib/user-path.ts";
import { parseCount, parseMemory, parsePort } from "./flags.ts";

test.each([
  ["4096", 4096],
  ["4G", 4096],
  ["1.5g", 1536],
  ["512M", 512],
])("--memory %s is %d MiB", (typed, mebibytes) => {
  expect(parseMemory(typed)).toBe(mebibytes);
});

test.each(["", "4T", "-1", "64", "0.001G", "lots"])("--memory %j is refused", (typed) => {
  expect(() => parseMemory(typed)).toThrow(/--memory: expected MiB or a size such as 4G/);
});

test("ports and counts are checked", () => {
  expect(parsePort("--ssh-port", 2222)).toBe(2222);
  expect(parseCount("--cpus", 4)).toBe(4);
  for (const bad of [0, 65536, 1.5, Number.NaN]) expect(() => parsePort("--ssh-port", bad)).toThrow("--ssh-port: expected a port");
  try {
    parseCount("--cpus", 0);
  } catch (error) {
    expect(error).toMatchObject({ exitCode: ExitCode.usage });
  }
});

test("a path is relative to where the user typed it", () => {
  process.env["BUILD_WORKING_DIRECTORY"] = "/home/me";
  expect([userPath("vm"), userPath("/vm")]).toEqual(["/home/me/vm", "/vm"]);
});
