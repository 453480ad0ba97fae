import { expect, test } from "@jest/globals";
import { Failure } from "./failure.ts";
import { readFlags } from "./flags.ts";

const line = {
  name: "stage",
  usage: "$0 --out FILE\n\nMakes a file.",
  flags: {
    out: { type: "string", describe: "file to write" },
    level: { type: "number", default: 3, describe: "how much" },
    tar: { type: "string", list: true, describe: "archives" },
    note: { type: "string", optional: true, describe: "a note" },
    big: { type: "boolean", default: false, describe: "big" },
  },
} as const;

test("values have their types, lists are lists, the rest has its defaults", async () => {
  expect(await readFlags(line, ["--out", "a", "--level=7", "--tar=x", "--tar", "y"])).toEqual({ out: "a", level: 7, tar: ["x", "y"], note: undefined, big: false, _: [] });
  expect(await readFlags(line, ["--out=--odd=", "--big"])).toEqual({ out: "--odd=", level: 3, tar: [], note: undefined, big: true, _: [] });
});

test.each([
  [[], "Missing required argument: out"],
  [["--out", "a", "--ouch", "b"], "Unknown argument: ouch"],
  [["--out", "a", "--level", "much"], "--level: expected a number"],
  [["--out", "a", "--out", "b"], "--out is given more than once"],
  [["--out", "a", "stray"], "Unknown argument: stray"],
])("%j is refused: %s", async (argv, message) => {
  const refused = readFlags(line, argv);
  await expect(refused).rejects.toThrow(Failure);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toMatchObject({ exitCode: 2, hint: "stage --help" });
});

test("arguments that are no flags are for those who want them", async () => {
  expect((await readFlags({ ...line, rest: "layers" }, ["--out", "a", "b", "c"]))._).toEqual(["b", "c"]);
  await expect(readFlags({ ...line, rest: "layers" }, ["--out", "a"])).rejects.toThrow("expected layers");
});
