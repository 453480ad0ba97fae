import { expect, test } from "@jest/globals";
import { rotated } from "./rotation.ts";

test("each node begins at its own place and leaves none out", () => {
  const list = ["a", "b", "c"];
  expect(rotated(list, "")).toEqual(list);
  expect(rotated(list, "\x01")).toEqual(["b", "c", "a"]);
  expect(rotated(list, "\x01\x03")).toEqual(["c", "a", "b"]);
  expect(rotated([], "\x01")).toEqual([]);
});

test("the first places of many nodes are spread over the list", () => {
  const first = Array.from({ length: 300 }, (_, node) => rotated(["a", "b", "c"], (node * 2654435761).toString(16))[0]);
  for (const url of ["a", "b", "c"]) expect(first.filter((each) => each === url).length).toBeGreaterThan(30);
});
