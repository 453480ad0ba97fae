import { expect, test } from "@jest/globals";
import { execa } from "execa";
import { runfile } from "../../../tools/lib/runfiles.ts";

test("names every stage whose bytes depend on the machine, and no other", async () => {
  const script = runfile("_main/tests/rules/determinism/leaks_found");
  const result = await execa(script, [], { reject: false, env: { RUNFILES_DIR: process.env["RUNFILES_DIR"] } });
  const differing = [...result.stdout.matchAll(/^DIFFERENT: {2}\S+\/leaks_(\w+):/gm)].map((match) => match[1]);
  expect(differing).toEqual(["clock", "cores", "folder", "home", "locale", "path", "temporary", "umask", "user", "zone"]);
  expect(result.stdout).toContain("same bytes: _main/tests/rules/determinism/leaks_nothing");
  expect(result.exitCode).toBe(1);
});
