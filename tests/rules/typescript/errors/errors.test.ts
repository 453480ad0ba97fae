import fs from "node:fs";
import { expect, test } from "@jest/globals";
import { runfile } from "../../../../tools/lib/runfiles.ts";

/** What the failing action of a target printed. The build of the file already proves that the action failed. */
function printed(target: string): string {
  return fs.readFileSync(runfile(`_main/tests/rules/typescript/errors/${target}.failure.txt`), "utf8");
}

test("a type error fails the build, with file and line", () => {
  expect(printed("type_error")).toContain("tests/rules/typescript/errors/type_error.ts(2,14): error TS2322");
});

test.each(["undeclared_package", "undeclared_package_bundle"])("an npm package that is not in deps: %s", (target) => {
  expect(printed(target)).toMatch(/Cannot find module 'zod'|Could not resolve "zod"/);
});

test.each(["undeclared_source", "undeclared_source_bundle"])("a source that is not in deps: %s", (target) => {
  expect(printed(target)).toMatch(/Cannot find module '\.\.\/works\/word\.ts'|Could not resolve "\.\.\/works\/word\.ts"/);
});

test("an attribute that contradicts the tsconfig", () => {
  expect(printed("options_mismatch")).toContain("attribute source_map=true does not match compilerOptions.sourceMap=undefined");
});
