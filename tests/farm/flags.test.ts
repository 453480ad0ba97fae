import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { FarmUnderTest, listens } from "./farm-under-test.ts";

let farm: FarmUnderTest;
afterEach(() => farm.cleanUp());

test.each([
  [["--host", "0.0.0.0"], 2, /--host 0\.0\.0\.0 can be reached from other machines: expected --token-file too/],
  [["--network", "bridge", "--max-vms", "0", "--max-ttl", "x"], 2, /3 problems.*--bridge and --prefix too.*--max-vms: .*got 0.*--max-ttl: .*got NaN/s],
  [["--port-range", "80-90", "--forward", "70000"], 2, /2 problems.*--port-range.*--forward/s],
  [["--no-such-flag"], 2, /Unknown argument/],
])("%j is refused", async (flags, code, why) => {
  farm = new FarmUnderTest(flags);
  await expect(farm.start()).rejects.toThrow(new RegExp(`the server ended: ${code}\n`));
  expect(farm.said).toMatch(why);
  expect(fs.readdirSync(farm.stateDir)).toEqual([]);
});

test.each([
  ["", /expected a token, got none/],
  ["# only a comment\n", /expected a token, got none/],
  ["short\n", /expected 16 or more characters without blanks, got 5/],
])("a token file with %j is refused", async (content, why) => {
  farm = new FarmUnderTest(["--token-file", path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "tokens")]);
  fs.writeFileSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "tokens"), content);
  await expect(farm.start()).rejects.toThrow(/the server ended: 2\n/);
  expect(farm.said).toMatch(why);
});

test("a port that is taken is said, and leaves the farm to the next server", async () => {
  farm = await new FarmUnderTest().start();
  const second = new FarmUnderTest(["--port", new URL(farm.url).port]);
  await expect(second.start()).rejects.toThrow(/the server ended: 3\n.*cannot listen on 127\.0\.0\.1 port \d+.*EADDRINUSE/s);
  await second.cleanUp();
});

test("--end-all removes every group that an earlier server left", async () => {
  farm = await new FarmUnderTest(["--forward", "22"]).start();
  const vm = await farm.vm("g", "v", randomBytes(1000));
  await farm.must("PUT", "group/g/vm/v/start");
  await farm.end("SIGTERM");
  expect(await listens(vm.forwardedPorts[0].port)).toBe(true);
  const ending = new FarmUnderTest(["--end-all"], { stateDir: farm.stateDir });
  await expect(ending.start()).rejects.toThrow(/the server ended: 0\n/);
  expect(await listens(vm.forwardedPorts[0].port)).toBe(false);
  expect(farm.processes()).toEqual([]);
  expect(fs.readdirSync(path.join(farm.stateDir, "vms"))).toEqual([]);
});

test.each([
  [[], /-device virtio-blk-pci,drive=disk1/],
  [["--usb-storage", "usb"], /-device qemu-xhci,id=usb .*-device usb-storage,bus=usb\.0,removable=on,drive=disk1/],
])("a drive of the template usb-storage with %j", async (flags, device) => {
  farm = await new FarmUnderTest(flags).start();
  await farm.vm("g", "v", randomBytes(1000));
  const { body } = await farm.upload("g", "config.img", randomBytes(1000));
  await farm.must("PUT", "group/g/vm/v/drive-templates/usb-storage", { drives: [{ _tag: "imageViaId", id: body.imageIds["config.img"] }] });
  await farm.must("PUT", "group/g/vm/v/start");
  expect(String(await farm.must("GET", "group/g/vm/v/console/log"))).toMatch(device);
});

test("an emulated VM gets one processor unless the operator says otherwise, and its record says so", async () => {
  farm = await new FarmUnderTest(["--vm-max-vcpus", "1"]).start();
  expect((await farm.vm("g", "v", randomBytes(1000), { vCPUs: 4 })).spec.vCPUs).toBe(1);
  expect(farm.said).toMatch(/no KVM here: VMs are emulated, with at most 1 vCPUs each/);
});
