import { expect, test } from "@jest/globals";
import { Failure } from "./failure.ts";
import { runProgram } from "./run-program.ts";

const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin" };

test("feeds input larger than a pipe and hands out the output", async () => {
  const pieces: Buffer[] = [];
  const input = Array.from({ length: 5 }, (_, index) => Buffer.alloc(300_000, index + 1));
  await runProgram("cat", [], { env, input, output: (piece) => pieces.push(piece) });
  expect(Buffer.concat(pieces).equals(Buffer.concat(input))).toBe(true);
});

test("the memory of a piece of input may be used again", async () => {
  const memory = Buffer.alloc(300_000);
  function* input(): Generator<Buffer> {
    for (const value of [1, 2, 3]) yield memory.fill(value);
  }
  const pieces: Buffer[] = [];
  await runProgram("cat", [], { env, input: input(), output: (piece) => pieces.push(piece) });
  expect(Buffer.concat(pieces).equals(Buffer.concat([1, 2, 3].map((value) => Buffer.alloc(300_000, value))))).toBe(true);
});

test("a program that does not read its input ends by its own exit code", async () => {
  const failed = runProgram("sh", ["-c", "echo no space >&2; exit 3"], { env, input: [Buffer.alloc(1_000_000)] });
  await expect(failed).rejects.toThrow(Failure);
  await expect(failed).rejects.toThrow("exit 3: sh -c 'echo no space >&2; exit 3'\n    no space");
  await runProgram("true", [], { env, input: [Buffer.alloc(1_000_000)] });
});

test("an input that cannot be read ends the program", async () => {
  function* broken(): Generator<Buffer> {
    yield Buffer.from("x");
    throw new Error("became shorter");
  }
  await expect(runProgram("cat", [], { env, input: broken() })).rejects.toThrow("became shorter");
});

test("a program that does not exist is an expected failure", async () => {
  await expect(runProgram("/nonexistent/program", [], { env })).rejects.toThrow(Failure);
});

test("the environment is what was given, no more", async () => {
  const pieces: Buffer[] = [];
  await runProgram("/bin/sh", ["-c", "echo $ONE-$HOME"], { env: { ONE: "1" }, output: (piece) => pieces.push(piece) });
  expect(Buffer.concat(pieces).toString()).toBe("1-\n");
});
