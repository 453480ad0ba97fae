import { execa } from "execa";
import { expect, test } from "@jest/globals";
import { runfile } from "../../../../tools/lib/runfiles.ts";

const hello = runfile("_main/tests/rules/typescript/works/hello");

test("a binary runs on the pinned Node and takes arguments", async () => {
  const { stdout } = await execa(hello, ["--name", "you"]);
  expect(stdout).toMatch(/^hello, you v24\./);
});

test("a binary runs from another working directory and through a link", async () => {
  const { stdout } = await execa(hello, [], { cwd: "/" });
  expect(stdout).toMatch(/^hello, guest v24\./);
});

test("its exit code reaches the caller", async () => {
  const result = await execa(hello, ["--unknown"], { reject: false });
  expect(result.exitCode).toBe(1);
});
