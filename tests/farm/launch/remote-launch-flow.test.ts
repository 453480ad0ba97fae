import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import fs from "node:fs";
import path from "node:path";
import { ExitCode } from "../../../tools/lib/failure.ts";
import { waitFor } from "../../../tools/vm/wait-for.ts";
import { FakeFarm } from "./fake-farm.ts";
import { Launcher } from "./launcher.ts";

const archive = "an image".repeat(50_000);
const sum = createHash("sha256").update(archive).digest("hex");
/** What a launch asks for once the image is where it has to be. */
const vmSteps = ["POST group/G/vm/guestos-demo", "PUT group/G/file/SUM", "POST group/G/file", "PUT group/G/vm/guestos-demo/drive-templates/usb-storage", "PUT group/G/vm/guestos-demo/start"];
const deletion = ["PUT group/G/ttl/120", "DELETE group/G"];
const image = ["--image-url", `http://127.0.0.1/cas/${sum}`];

let farm: FakeFarm;
let user: Launcher;
beforeEach(async () => {
  farm = await FakeFarm.start();
  // A proxy is not asked about this machine.
  user = new Launcher({ ICOS_FARM_URL: farm.url, ICOS_FARM_TOKEN: "token", HOSTUSER: "me", HTTP_PROXY: "http://127.0.0.1:1" });
  user.describe("#!/bin/sh\nexit 0\n", archive);
});
afterEach(async () => {
  await user.remove();
  await farm.stop();
});

const ready = (said: () => string): Promise<true> => waitFor("the guest is ready", () => (/^ready/m.test(said()) ? true : undefined), { seconds: 30, lastSeen: said });
const bodyOf = (what: RegExp): unknown => JSON.parse(farm.asked.find((asked) => asked.what.search(what) === 0)?.body.toString() ?? "null");

test("starts a guest, keeps it alive, deletes it on Ctrl-C", async () => {
  const launch = user.start("LAUNCH", "--vcpus", "4", "--memory", "24G", "--disk", "100G", "--host-feature", "dc=zh1", "--json");
  await ready(launch.said);
  expect([...farm.groups.values()]).toEqual([90]);
  const { stdout: listed } = await user.run("LIST", "--json");
  expect(JSON.parse(listed)).toEqual([expect.objectContaining({ group: user.groups[0], state: "attended", vms: ["guestos-demo"] })]);
  expect(await user.run("EXTEND")).toMatchObject({ code: ExitCode.usage, stderr: expect.stringContaining("keeps it alive") });
  launch.kill("SIGINT");
  const { stdout, stderr, signal } = await launch.ended;
  expect(signal).toBe("SIGINT");
  expect(farm.steps).toEqual(["POST group/G", "PUT group/G/file/SUM", "POST group/G/file", ...vmSteps, "GET group/G", ...deletion]);
  expect(bodyOf(/POST group\/[^/]+$/)).toEqual({
    ttl: 90,
    spec: { vmAllocation: "distributeAcrossDcs", requiredHostFeatures: ["dc=zh1"], preferredNetwork: null, metadata: { user: "me", jobSchedule: "manual", testName: "guestos-demo" } },
  });
  expect(bodyOf(/POST group\/[^/]+\/vm/)).toMatchObject({ type: "production", vCPUs: 4, memoryKiB: 25165824, primaryImage: { _tag: "icOsImageViaId", id: sum }, primaryImageMinimalSizeGiB: 100, requiredHostFeatures: ["dc=zh1"] });
  expect(JSON.parse(stdout)).toMatchObject({ vm: "guestos-demo", ipv6: "fd00::7", api: `http://127.0.0.1:${farm.apiPort}`, detached: false, expiresAt: null, image: { sha256: sum } });
  expect(stderr.split("\n").filter((line) => line.startsWith('{"event_name":')).map((line) => (JSON.parse(line) as { event_name: string }).event_name)).toEqual(["farm_group_name_created_event", "farm_vm_created_event", "vm_console_link_created_event"]);
  expect(stderr).toMatch(/^image: 0\.4 MiB sent in /m);
  expect([user.groups, farm.groups.size]).toEqual([[], 0]);
});

test("the CONFIG volume has the farm's address and the user's key", async () => {
  const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIwm4rOfBXf1+xKq1cJjp5NeqW9mNbVMsEHXFAKnfVb4 me";
  fs.writeFileSync(path.join(user.home, "mine.pub"), key);
  expect(await user.run("LAUNCH", ...image, "--detach", "--ssh-key", "mine.pub")).toMatchObject({ code: 0 });
  const volume = [...farm.files.values()].map((content) => content.toString("latin1")).find((text) => text.includes("config_version"));
  expect(volume).toContain('"http://[fd00::7]:8080"');
  expect(volume).toContain(key);
  expect(bodyOf(/PUT .*usb-storage/)).toEqual({ drives: [{ _tag: "imageViaId", id: [...farm.files.keys()][0], url: null, sha256: null }] });
});

test("detached: left with its time, extended, listed, deleted", async () => {
  const { code, stdout } = await user.run("LAUNCH", ...image, "--detach", "--ttl", "2h", "--wait", "ssh", "--json");
  expect(code).toBe(0);
  const { group } = JSON.parse(stdout) as { group: string };
  expect(farm.steps).toEqual(["POST group/G", ...vmSteps, "PUT group/G/ttl/7200"]);
  expect(await user.run("EXTEND", "--ttl", "8h")).toMatchObject({ code: 0, stderr: expect.stringContaining("expires in 8 h") });
  expect(farm.groups.get(group)).toBe(28800);
  expect((await user.run("LIST")).stdout).toMatch(new RegExp(`^${group}  detached, (?:8 h|7 h 59 min) left\n`));
  expect(await user.run("DELETE")).toMatchObject({ code: 0, stderr: `${group} is deleted\n` });
  expect([farm.groups.size, user.groups]).toEqual([0, []]);
  expect((await user.run("LIST")).stderr).toBe("no group of guestos-demo is left\n");
});

test("what others left on the farm can be seen and deleted by name", async () => {
  farm.groups.set("theirs--1", 60);
  expect(JSON.parse((await user.run("LIST", "--all", "--json")).stdout)).toEqual([expect.objectContaining({ group: "theirs--1", state: "foreign", farm: farm.url })]);
  expect(await user.run("DELETE")).toMatchObject({ code: ExitCode.host, stderr: expect.stringContaining("no group of guestos-demo was launched from here") });
  expect(await user.run("DELETE", "--group", "theirs--1")).toMatchObject({ code: 0 });
  expect(farm.groups.size).toBe(0);
});

test("an artifact store gets the image before anything is created", async () => {
  const { code, stderr } = await user.run("LAUNCH", "--artifact-store", `${farm.url}cas`, "--artifact-download-url", "http://inside/cas/", "--detach", "--wait", "none");
  expect([code, stderr]).toEqual([0, expect.stringContaining("image: 0.4 MiB sent")]);
  expect(farm.steps.slice(0, 4)).toEqual(["HEAD cas/SUM", "PUT cas/SUM", "HEAD cas/SUM", "POST group/G"]);
  expect(bodyOf(/POST group\/[^/]+\/vm/)).toMatchObject({ primaryImage: { _tag: "icOsImageViaUrl", url: `http://inside/cas/${sum}`, sha256: sum } });
});

test.each([
  ["the VM is refused", /^POST .*\/vm\//],
  ["the drive is refused", /usb-storage$/],
  ["the start is refused", /\/start$/],
])("%s: the group is deleted", async (_, step) => {
  farm.answers.set(step, 404);
  const { code, stderr } = await user.run("LAUNCH", ...image);
  expect([code, stderr]).toEqual([ExitCode.refused, expect.stringMatching(/status 404: told to say 404\n$/)]);
  expect(farm.steps.slice(-2)).toEqual(deletion);
  expect([user.groups, farm.groups.size]).toEqual([[], 0]);
});

test("a group that is refused is the end: exit code 7, nothing to delete", async () => {
  farm.answers.set(/^POST group\/[^/]+$/, 404);
  expect(await user.run("LAUNCH", ...image)).toMatchObject({ code: ExitCode.refused, stderr: expect.stringContaining("told to say 404") });
  expect([farm.steps, user.groups]).toEqual([["POST group/G"], []]);
});

test("a guest that does not become healthy: exit code 6, its console, and it is deleted", async () => {
  farm.healthy = false;
  const { code, stderr } = await user.run("LAUNCH", ...image, "--timeout", "3");
  expect([code, stderr]).toEqual([ExitCode.timeout, expect.stringContaining('a healthy node: not within')]);
  expect(stderr).toContain('starting at height');
  expect(stderr).toContain('last console lines: "booting" "kernel panic"');
  const [kept] = fs.readdirSync(path.join(user.home, ".local/state/rules_icos/failed"));
  expect(kept).toMatch(/^guestos-demo--\d+\.console\.log$/);
  expect(farm.groups.size).toBe(0);
});

test("SIGTERM while the guest boots", async () => {
  farm.healthy = false;
  const launch = user.start("LAUNCH", ...image);
  await waitFor("the guest boots", () => (/^group /m.test(launch.said()) ? true : undefined), { seconds: 30, lastSeen: launch.said });
  launch.kill("SIGTERM");
  expect(await launch.ended).toMatchObject({ signal: "SIGTERM", code: null });
  expect([user.groups, farm.groups.size]).toEqual([[], 0]);
});

test("when deleting fails: what is left and the command; the command works later", async () => {
  farm.answers.set(/^DELETE/, 500);
  const launch = user.start("LAUNCH", ...image);
  await ready(launch.said);
  launch.kill("SIGINT");
  const { stderr, signal } = await launch.ended;
  const [group] = farm.groups.keys();
  expect(signal).toBe("SIGINT");
  expect(stderr).toContain(`group ${group} may be left on ${farm.url}; remove it with: bazel run //demo:delete -- --group ${group}\n`);
  expect(user.groups).toEqual([group]);
  expect((await user.run("LIST")).stdout).toContain(`${group}  orphaned, `);
  farm.answers.clear();
  expect(await user.run("DELETE", "--group", group!)).toMatchObject({ code: 0 });
  expect([user.groups, farm.groups.size]).toEqual([[], 0]);
});

test("a second Ctrl-C gives up on a farm that does not answer", async () => {
  const launch = user.start("LAUNCH", ...image);
  await ready(launch.said);
  farm.answers.set(/./, "cut");
  launch.kill("SIGINT");
  await waitFor("it tries to delete", () => (/socket hang up; again/.test(launch.said()) ? true : undefined), { seconds: 30, lastSeen: launch.said });
  launch.kill("SIGINT");
  expect(await launch.ended).toMatchObject({ signal: "SIGINT", stderr: expect.stringMatching(/may be left on .*; it expires within two minutes\n$/) });
});

test("a group that is deleted elsewhere ends the launcher", async () => {
  const launch = user.start("LAUNCH", ...image);
  await ready(launch.said);
  expect(await user.run("DELETE")).toMatchObject({ code: 0 });
  expect(await launch.ended).toMatchObject({ code: ExitCode.refused, stderr: expect.stringMatching(/group guestos-demo--\d+ is gone: it was deleted, or it expired\n$/) });
  // It looked, and did not wait for the next renewal to fail.
  expect(farm.asked.slice(farm.asked.findIndex(({ what }) => what.startsWith("DELETE"))).some(({ what }) => what.endsWith("/ttl/90"))).toBe(false);
});

test("a guest that ends by itself ends the launcher", async () => {
  const launch = user.start("LAUNCH", ...image);
  await ready(launch.said);
  farm.vmState = "stopped";
  expect(await launch.ended).toMatchObject({ code: 0, stderr: expect.stringContaining("guestos-demo has ended") });
  expect([user.groups, farm.groups.size]).toEqual([[], 0]);
});

test("wrong flags are refused before the farm is asked", async () => {
  expect(await user.run("LAUNCH", "--image-sha256", sum)).toMatchObject({ code: ExitCode.usage, stderr: expect.stringContaining("image-url") });
  expect(await user.run("LAUNCH", "--ttl", "2h", "--host-feature", "performance")).toMatchObject({ code: ExitCode.usage, stderr: expect.stringContaining("without --detach") });
  expect(await user.run("LAUNCH", "--nonsense")).toMatchObject({ code: ExitCode.usage, stderr: expect.stringContaining("nonsense") });
  expect([farm.asked, user.groups]).toEqual([[], []]);
});

test("a farm behind a proxy", async () => {
  const inside = new Launcher({ HTTP_PROXY: farm.url });
  inside.describe("#!/bin/sh\n", archive);
  expect(await inside.run("LIST", "--all", "--farm", "http://farm.invalid/")).toMatchObject({ code: ExitCode.refused });
  expect(farm.asked.map(({ what }) => what)).toEqual([expect.stringContaining("farm.invalid/group")]);
  await inside.remove();
});

test("without a farm it says where one comes from", async () => {
  const lost = new Launcher({});
  lost.describe("#!/bin/sh\n", archive);
  expect(await lost.run("LAUNCH")).toMatchObject({ code: ExitCode.usage, stderr: expect.stringContaining("--config=systest") });
  await lost.remove();
});
