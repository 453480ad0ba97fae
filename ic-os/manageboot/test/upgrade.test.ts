import { expect } from "@jest/globals";
import { runfile } from "../../../tools/lib/runfiles.ts";
import type { Machine } from "../../../tools/vm/machine.ts";
import { useGuest } from "../../../tools/vm/testing/use-guest.ts";
import { serveImage } from "./image-server.ts";

// One guest through one upgrade: installed from a stream, refused, rolled back, committed again, confirmed.
const guest = useGuest("dev", async (machine) => {
  await machine.start();
  await machine.waitForSsh(400);
});

const status = async (machine: Machine): Promise<unknown> => JSON.parse(await machine.succeed("manageboot guestos status --json"));

guest.test("a fresh system is stable; there is nothing to commit", async (machine) => {
  expect(await status(machine)).toEqual({
    ...{ current: "A", target: "B", next: "A", state: "stable", stable: true, problems: [] },
    slots: { A: { state: "running", version: "0.0.0-dev" }, B: { state: "empty", version: null } },
  });
  expect(await machine.succeed("for what in current target next current_partition target_partition; do manageboot guestos $what; done")).toBe("A\nB\nA\n/dev/vda5\n/dev/vda8");
  expect(await machine.fail("manageboot guestos upgrade-commit")).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("nothing was installed to slot B") });
});

guest.test("an update is installed from a stream", async (machine) => {
  const server = await serveImage(runfile(process.env["UPDATE"]!));
  try {
    const output = await machine.succeed(`curl -sSf ${server.url} | manageboot guestos upgrade-install - --json`, { seconds: 600 });
    expect(JSON.parse(output)).toMatchObject({ slot: "B", version: "0.0.0-dev-test" });
  } finally {
    server.close();
  }
  expect(await status(machine)).toMatchObject({ state: "stable", next: "A", slots: { B: { state: "installed", version: "0.0.0-dev-test" } } });
});

guest.test("a committed update boots once; without confirmation the old system is back", async (machine) => {
  const before = await machine.bootId();
  await machine.succeed("manageboot guestos upgrade-commit --version 0.0.0-dev-test");
  await machine.waitForNextBoot(before, 500);
  expect(await status(machine)).toMatchObject({ current: "B", state: "failsafe_check", next: "A", slots: { A: { state: "fallback", version: "0.0.0-dev" }, B: { version: "0.0.0-dev-test" } } });
  expect(await machine.fail("manageboot guestos upgrade-install /dev/null")).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("manageboot guestos confirm") });
  await machine.reboot(500);
  expect(await status(machine)).toMatchObject({ current: "A", state: "stable", slots: { B: { state: "rolled back" } } });
  expect(await machine.fail("manageboot guestos upgrade-commit")).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("--again") });
});

guest.test("a confirmed update stays", async (machine) => {
  const before = await machine.bootId();
  await machine.succeed("manageboot guestos upgrade-commit --again");
  await machine.waitForNextBoot(before, 500);
  expect(await machine.succeed("manageboot guestos confirm; manageboot guestos confirm")).toBe("");
  expect(await status(machine)).toMatchObject({ current: "B", state: "stable", next: "B", stable: true, problems: [], slots: { A: { state: "installed", version: "0.0.0-dev" } } });
});
