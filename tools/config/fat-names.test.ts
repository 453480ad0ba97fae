import { expect, test } from "@jest/globals";
import { fatNameProblems } from "./fat-names.ts";

const problems = (...paths: string[]): string[] => fatNameProblems(paths.map((path) => ({ path, kind: "directory" })));

test("usual names are good", () => {
  expect(problems("config.json", "ic_crypto/0abc-def_1.pb", "d/CURRENT", "d/.hidden", "d/with space")).toEqual([]);
});

test.each(["a:b", "a*", "a?", 'a"', "a<", "a|b", "a\\b", "[a]", "ümlaut", "a\nb", "dot.", "space ", " space", "NUL", "con.txt", "com1", "x".repeat(256)])("%j is refused", (name) => {
  expect(problems(`d/${name}`)).toEqual([`${JSON.stringify(`d/${name}`)}: FAT cannot hold a file of this name`]);
});

test("names that differ in capitals only are the same", () => {
  expect(problems("d/a", "d/A", "e/a")).toEqual(["d/A: FAT takes it for the same name as d/a"]);
});
