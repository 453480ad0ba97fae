import { expect, test } from "@jest/globals";
import { ExitCode, Failure, failOnProblems } from "./failure.ts";

test("lists every problem at once", () => {
  expect(() => failOnProblems("partitions.csv", ["a overlaps b", "unknown type Q"])).toThrow(
    new Failure("partitions.csv: 2 problems\n  - a overlaps b\n  - unknown type Q"),
  );
});

test("no problem, no failure", () => {
  expect(() => failOnProblems("partitions.csv", [])).not.toThrow();
});

test("bad input is the default exit code", () => {
  expect(new Failure("x").exitCode).toBe(ExitCode.input);
});
