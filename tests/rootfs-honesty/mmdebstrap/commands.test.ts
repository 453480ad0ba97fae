import { expect, test } from "@jest/globals";
import { inSandbox, mmdebstrap } from "./commands.ts";
import { indexParagraph } from "./repository.ts";

test("the sandbox shows nothing of the host but what is mounted, and runs on its own loader", () => {
  const command = inSandbox("/scratch/root", { "/output": "/scratch/output" }, ["true"]);
  expect(command.slice(0, 4)).toEqual([
    "/scratch/root/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
    "--library-path",
    "/scratch/root/usr/lib/x86_64-linux-gnu",
    "/scratch/root/usr/bin/bwrap",
  ]);
  const binds = command.flatMap((word, index) => (word === "--bind" ? [command.slice(index + 1, index + 3)] : []));
  expect(binds).toEqual([
    ["/scratch/root", "/"],
    ["/scratch/output", "/output"],
  ]);
  expect(command).toContain("--clearenv");
  expect(command.slice(-2)).toEqual(["--", "true"]);
});

test("every package is named, and none is fetched from elsewhere", () => {
  const command = mmdebstrap(["bash", "libc6"]);
  expect(command).toContain("--include=bash,libc6");
  expect(command.at(-1)).toBe("deb [trusted=yes] copy:///repository ./");
});

test("a package's paragraph has its control fields, its place and its sum", () => {
  expect(indexParagraph("Package: a\nDescription: one\n more\n\n", "a.deb", Buffer.from("x"))).toBe(
    "Package: a\nDescription: one\n more\nFilename: ./a.deb\nSize: 1\nSHA256: 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\n",
  );
});
