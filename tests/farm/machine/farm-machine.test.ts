import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "@jest/globals";
import { FarmClient } from "../../../tools/farm/client/farm-client.ts";
import { FarmMachine, type FarmMachineOptions } from "../../../tools/farm/machine/farm-machine.ts";
import { NotOnFarm } from "../../../tools/farm/machine/not-on-farm.ts";
import { ExitCode } from "../../../tools/lib/failure.ts";
import { waitFor } from "../../../tools/vm/wait-for.ts";
import { FakeFarm } from "../launch/fake-farm.ts";

let played: FakeFarm;
let folder: string;
// Short: the path of a socket is.
const runtime = fs.mkdtempSync("/tmp/run-");
process.env["XDG_RUNTIME_DIR"] = runtime;
afterAll(() => fs.rmSync(runtime, { recursive: true }));
beforeEach(async () => {
  played = await FakeFarm.start();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "machine-"));
  fs.writeFileSync(path.join(folder, "config.img"), "volume");
  // Stands for a guest that is there: it says what it is asked to run.
  fs.writeFileSync(path.join(folder, "ssh"), '#!/bin/sh\nfor last; do :; done\necho "ran $last"\n', { mode: 0o755 });
});
const made: FarmMachine[] = [];
afterEach(async () => {
  // What still renews its group would keep the test's process.
  for (const machine of made.splice(0)) await machine.remove();
  await played.stop();
  fs.rmSync(folder, { recursive: true });
});

function makeMachine(more: Partial<FarmMachineOptions> = {}): FarmMachine {
  const machine = new FarmMachine({
    ...{ name: "m", farm: new FarmClient({ url: played.url, log: () => undefined }), group: "g", metadata: { user: "me", jobSchedule: "manual", testName: "t" } },
    ...{ tools: { ssh: path.join(folder, "ssh"), scp: "/bin/false" }, vCPUs: 1, memoryMiB: 512, folder, ports: [8080], login: { user: "root", key: "k" } },
    image: async () => ({ _tag: "icOsImageViaId", id: "0".repeat(64) }),
    configVolume: async (ipv6) => {
      fs.appendFileSync(path.join(folder, "config.img"), ` for ${ipv6}`);
      return path.join(folder, "config.img");
    },
    ...more,
  });
  made.push(machine);
  return machine;
}

/** What the farm was asked to change. */
const changes = (): string[] => played.asked.map(({ what }) => what).filter((what) => !what.startsWith("GET ")).map((what) => what.replace(/[0-9a-f]{64}/, "SUM"));

test("from its group to its end: what the farm is asked for", async () => {
  const machine = makeMachine();
  await machine.start();
  expect(changes()).toEqual(["POST group/g", "POST group/g/vm/m", "PUT group/g/file/SUM", "POST group/g/file", "PUT group/g/vm/m/drive-templates/usb-storage", "PUT group/g/vm/m/start"]);
  expect([...played.groups]).toEqual([["g", 90]]);
  // The address was known before the volume was written.
  expect([...played.files.values()].map(String)).toEqual(["volume for fd00::7"]);
  expect([...played.files.keys()]).toEqual([createHash("sha256").update("volume for fd00::7").digest("hex")]);
  expect([machine.hostPort(22), machine.hostPort(8080)]).toEqual([played.sshPort, played.apiPort]);
  await machine.waitForSsh(20);
  expect(await machine.succeed("hostname")).toBe("ran hostname");
  await machine.waitForConsole(/kernel panic/, 20);
  await expect(machine.start()).rejects.toThrow("m: runs already");
  await machine.cutPower();
  await expect(machine.exec("true")).rejects.toThrow("m: is not started");
  await machine.start();
  await machine.remove();
  expect(changes().slice(6)).toEqual(["PUT group/g/vm/m/destroy", "PUT group/g/vm/m/start", "PUT group/g/ttl/120", "DELETE group/g"]);
  expect(played.groups.size).toBe(0);
  expect(fs.readdirSync(runtime)).toEqual([]);
});

test("what a farm has no request for is refused by name", async () => {
  const machine = makeMachine();
  await machine.start();
  const refused = (asked: string): object => expect.objectContaining({ asked, exitCode: ExitCode.host, message: `m: ${asked} is not possible on a farm`, hint: expect.stringContaining('backends = ["local"]') });
  await expect(machine.screenshot()).rejects.toEqual(refused("screenshot()"));
  await expect(machine.setLink()).rejects.toEqual(refused("setLink()"));
  expect(() => machine.type()).toThrow(NotOnFarm);
  expect(() => machine.qemuVersion).toThrow("m: qemuVersion is not possible on a farm");
  await machine.remove();
});

test("a farm that keeps no console: only who needs it is refused", async () => {
  played.answers.set(/console\/log/, 404);
  const machine = makeMachine();
  await machine.start();
  await waitFor("the farm was asked", () => (played.asked.some(({ what }) => what.includes("console/log")) ? true : undefined), { seconds: 20 });
  await waitFor("it is refused", () => machine.waitForConsole(/x/, 0.1).then(() => undefined, (error: unknown) => (error instanceof NotOnFarm ? true : undefined)), { seconds: 20 });
  expect(await machine.succeed("true")).toBe("ran true");
  await machine.remove();
});

test("a guest that ends by itself ends the waits for it, with what it said last", async () => {
  played.vmState = "stopped";
  const machine = makeMachine();
  await machine.start();
  await expect(machine.waitForConsole(/never/, 60)).rejects.toThrow(/m: the guest ended; last console lines: "booting" "kernel panic"/);
  await machine.remove();
});

test.each([
  ["a refused VM", /^POST .*vm\/m$/, 404],
  ["a refused volume", /drive-templates/, 404],
])("%s leaves no group behind", async (_, what, status) => {
  played.answers.set(what, status);
  await expect(makeMachine().start()).rejects.toMatchObject({ kind: "notFound" });
  expect([played.groups.size, changes().at(-1)]).toEqual([0, "DELETE group/g"]);
});

test("a port that the farm does not forward is named, and the flag that forwards it", async () => {
  await expect(makeMachine({ ports: [8080, 7071] }).start()).rejects.toMatchObject({ message: "m: needs the guest's ports 22, 8080, 7071, the farm forwards 22, 8080", hint: expect.stringContaining("--forward 7071") });
  expect(played.groups.size).toBe(0);
});
