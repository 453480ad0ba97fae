import { expect, test } from "@jest/globals";
import { formatPinFile, parsePinFile, type PinFile } from "./pin-file.ts";

const pins: PinFile = {
  version: 1,
  release: "r1",
  baseUrl: "https://releases.example/x",
  files: [
    { name: "b", path: "r1/b", size: 2, sha256: "b".repeat(64), compression: "" },
    { name: "a", path: "r1/a.gz", size: 1, sha256: "a".repeat(64), compression: "gz" },
  ],
};

test("what is written is read again, programs by name", () => {
  expect(parsePinFile(formatPinFile(pins), "pins").files.map((file) => file.name)).toEqual(["a", "b"]);
});

test("every bad field is named at once", () => {
  const bad = { ...pins, baseUrl: "ftp://x/", files: [{ ...pins.files[0], path: "../b", sha256: "B" }, { ...pins.files[1], compression: "xz" }] };
  const parse = (): PinFile => parsePinFile(JSON.stringify(bad), "pins");
  for (const field of ["4 problems", "baseUrl: ", "files.0.path: ", "files.0.sha256: ", "files.1.compression: "]) expect(parse).toThrow(field);
});

test("a name that stands twice is refused", () => {
  expect(() => parsePinFile(JSON.stringify({ ...pins, files: [pins.files[0], pins.files[0]] }), "pins")).toThrow("files: a name stands twice");
});
