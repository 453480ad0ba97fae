import { expect, test } from "@jest/globals";
import { exec } from "./exec.ts";
import { Failure } from "./failure.ts";
import { pasteable } from "./pasteable.ts";

test("returns what the program printed", async () => {
  const output = await exec("sh", ["-c", "echo out; echo err >&2"]);
  expect(output).toEqual({ stdout: "out", stderr: "err" });
});

test("a failure shows the command and what it printed", async () => {
  const failed = exec("sh", ["-c", "echo no space >&2; exit 3"], { exitCode: 4 });
  await expect(failed).rejects.toThrow(Failure);
  await expect(failed).rejects.toThrow("exit 3: sh -c 'echo no space >&2; exit 3'\n    no space");
});

test("a program that does not exist is an expected failure", async () => {
  await expect(exec("/nonexistent/program", [])).rejects.toThrow(Failure);
});

test("quotes only what a shell would split", () => {
  expect(pasteable("mkfs", ["-L", "a b", "it's", "x=1", "a~b", "~"])).toBe(`mkfs -L 'a b' 'it'\\''s' x=1 a~b '~'`);
});
