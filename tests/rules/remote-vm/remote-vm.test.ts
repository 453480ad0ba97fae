import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { locateRemoteTools, readRemoteDescription } from "../../../tools/farm/launch/description.ts";
import { runfile } from "../../../tools/lib/runfiles.ts";

let home = "";
beforeAll(() => {
  home = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "home-"));
});
afterAll(() => fs.rmSync(home, { recursive: true }));

const run = (name: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(runfile(process.env[name]!), args, { encoding: "utf8", env: { PATH: process.env["PATH"], HOME: home } });

test("a target describes itself: labels as one types them, image, defaults", () => {
  const { tools, image, ...target } = readRemoteDescription(`${process.env["LAUNCH"]!}.remote.json`);
  const label = (name: string): string => `//tests/rules/remote-vm:${name}`;
  expect(target).toEqual({
    ...{ name: "tiny", label: label("launch"), user: "admin", memoryMiB: 256, cpus: 3, farm: "", artifactStore: "" },
    siblings: { list: label("farm-list"), extend: label("farm-extend"), delete: label("farm-delete") },
  });
  expect(image.label).toBe(label("BUILD.bazel"));
  for (const file of [image.archive, image.version!]) expect(fs.existsSync(runfile(file))).toBe(true);
  for (const program of Object.values(locateRemoteTools(tools))) expect(fs.existsSync(program)).toBe(true);
});

test("the targets run, and hand on what the user types", () => {
  expect(run("LAUNCH")).toMatchObject({ status: 2, stderr: expect.stringContaining("no farm is named") });
  expect(run("LAUNCH", "--vcpus", "0")).toMatchObject({ status: 2 });
  expect(run("LIST")).toMatchObject({ status: 0, stderr: "no group of tiny is left\n" });
  expect(run("EXTEND")).toMatchObject({ status: 3, stderr: expect.stringContaining("no group of tiny") });
  expect(run("DELETE", "--all")).toMatchObject({ status: 0, stderr: "no group of tiny is left\n" });
  for (const name of ["LAUNCH", "LIST", "EXTEND", "DELETE"]) expect(run(name, "--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("bazel run") });
});
