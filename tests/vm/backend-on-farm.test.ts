import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { runfile } from "../../tools/lib/runfiles.ts";
import { FarmUnderTest } from "../farm/farm-under-test.ts";

interface Group {
  name: string;
  spec: { metadata: unknown };
  vms: { name: string; state: string; spec: { memoryKiB: number } }[];
}

let farm: FarmUnderTest;
beforeAll(async () => {
  farm = await new FarmUnderTest([], { realQemu: true }).start();
});
afterAll(() => farm.cleanUp());

test("a vm_test runs on a farm as it does on this machine, and leaves nothing there", async () => {
  const scratch = path.join(process.env["TEST_TMPDIR"]!, "inner");
  fs.mkdirSync(scratch);
  const env = { ...process.env, TEST_TMPDIR: scratch, TEST_TARGET: "//tests/vm:backend_test", HOSTUSER: "me", ICOS_VM_BACKEND: "farm", ICOS_FARM_URL: farm.url };
  const child = spawn(runfile(process.env["INNER_TEST"]!), [], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += String(data)));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  let code: number | null | undefined;
  void ended.then((exit) => (code = exit));
  const seen: Group[] = [];
  while (code === undefined) {
    for (const group of ((await farm.must("GET", "group")) as { groups: Group[] }).groups) if (group.vms[0]?.state === "running") seen.push(group);
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 500))]);
  }
  expect({ code, said }).toEqual({ code: 0, said: expect.stringMatching(/Tests: +4 passed, 4 total/) });
  expect(new Set(seen.map((group) => group.name)).size).toBe(1);
  expect(seen[0]).toMatchObject({ name: expect.stringMatching(/^backend-test--\d+-\d+$/), spec: { metadata: { user: "me", testName: "//tests/vm:backend_test" } }, vms: [{ name: "backend", spec: { memoryKiB: 2048 * 1024 } }] });
  expect(await farm.must("GET", "group")).toEqual({ groups: [] });
  await farm.waitForNothing();
});
