import { expect, test } from "@jest/globals";
import { addressFlag, milliseconds, readFlags } from "./flags.ts";

const flags = { file: { value: "FILE", describe: "a file" }, fast: { describe: "a switch" } } as const;

test("flags and switches are read", () => {
  expect(readFlags("x", flags, ["--file", "a", "--fast"])).toEqual({ file: "a", fast: "true" });
  expect(readFlags("x", flags, [])).toEqual({});
});

test.each([[["--other"]], [["--file"]], [["stray"]]])("%j is a wrong command line", (args) => {
  expect(() => readFlags("x", flags, args)).toThrow(expect.objectContaining({ exitCode: 2 }));
});

test("a value of the wrong kind is named with its flag", () => {
  expect(milliseconds("wait", "20", 1)).toBe(20);
  expect(() => milliseconds("wait", "soon", 1)).toThrow('--wait: expected milliseconds, got "soon"');
  expect(() => addressFlag("http", "8080", { host: "::", port: 1 })).toThrow(/--http: expected an address and a port/);
});
