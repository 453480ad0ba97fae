import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { lookCommand, parseSight, standing, type Sight } from "./follow.ts";
import { upgradeGuest } from "./upgrade.ts";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "upgrade-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, name);
const boot = (digit: number): string => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;

function sight(changes: { boot?: number; current?: "A" | "B"; state?: string; failing?: string[]; rolledBack?: string } = {}): string {
  const { boot: number = 1, current = "A", state = "stable", failing = [], rolledBack } = changes;
  const slots = { current, target: current === "A" ? "B" : "A", state, slots: { A: { state: "x", version: "v1" }, B: { state: "y", version: "v2" } }, more: true };
  const health = { healthy: failing.length === 0, checks: failing.map((name) => ({ name, outcome: "failed", message: "no" })) };
  const verdict = rolledBack === undefined ? "" : JSON.stringify({ outcome: "rolled_back", reason: rolledBack });
  return `${boot(number)}\n--\n${JSON.stringify(slots, null, 2)}\n--\n${JSON.stringify(health)}\n--\n${verdict}\n`;
}

const parsed = (changes: Parameters<typeof sight>[0] = {}): Sight => parseSight(sight(changes))!;

test("where an upgrade stands", () => {
  const before = parsed();
  const trial = { boot: 2, current: "B", state: "failsafe_check" } as const;
  expect(standing(before, undefined)).toEqual({ phase: "restarting", detail: "no answer" });
  expect(standing(before, parsed({ state: "first_boot" }))).toEqual({ phase: "restarting", detail: "the old system goes down" });
  expect(standing(before, parsed(trial))).toEqual({ phase: "on trial", detail: "its health checks run" });
  expect(standing(before, parsed({ ...trial, failing: ["30-node"] }))).toEqual({ phase: "on trial", detail: "30-node: no" });
  expect(standing(before, parsed({ boot: 2, current: "B" }))).toEqual({ phase: "confirmed", version: "v2" });
  expect(standing(before, parsed({ boot: 3, rolledBack: "30-node: no" }))).toEqual({ phase: "rolled_back", version: "v1", reason: "30-node: no" });
  expect(standing(before, parsed({ boot: 3 }))).toEqual({ phase: "rolled_back", version: "v1", reason: "the guest does not say why" });
});

test("a guest that went away in the middle of its answer was not seen", () => {
  expect(parseSight("")).toBeUndefined();
  expect(parseSight(`${boot(1)}\n--\n`)).toBeUndefined();
});

/** In ssh's place: gives the next of these looks each time it is asked for one, and says what install and commit do. */
function fakeGuest(looks: string[], install = "cat >/dev/null; echo 50 % >&2", commit = "exit 255") {
  for (const [index, text] of looks.entries()) fs.writeFileSync(at(`look${index}`), text);
  const look = `n=$(cat ${at("n")} 2>/dev/null || echo 0); [ -e ${at("look")}$((n + 1)) ] && echo $((n + 1)) >${at("n")}; [ -s ${at("look")}$n ] || exit 255; cat ${at("look")}$n`;
  fs.writeFileSync(at("ssh"), `#!/bin/sh\nfor last; do :; done\necho "$last" >>${at("said")}\ncase $last in *upgrade-install*) ${install} ;; *upgrade-commit*) ${commit} ;; *) ${look} ;; esac\n`, { mode: 0o755 });
  fs.writeFileSync(at("image"), "image");
  return { guest: { name: "demo", ssh: at("ssh"), target: { port: 1, user: "root" } }, manageboot: "manageboot guestos", image: at("image"), seconds: 30 };
}

test("an upgrade that is confirmed, its steps told", async () => {
  const told: string[] = [];
  const result = await upgradeGuest({ ...fakeGuest([sight(), sight(), sight({ state: "first_boot" }), "", sight({ boot: 2, current: "B", state: "failsafe_check" }), sight({ boot: 2, current: "B" })]), report: (text) => told.push(text) });
  expect(result).toMatchObject({ outcome: "confirmed", from: "v1", runs: "v2", reason: null, seconds: { install: expect.any(Number), restart: expect.any(Number), end: expect.any(Number) } });
  expect(told.filter((text) => !text.startsWith("installed in"))).toEqual(["installing to slot B; slot A runs v1", "50 %", "restarting: the old system goes down", "restarting: no answer", "on trial: its health checks run"]);
  expect(fs.readFileSync(at("said"), "utf8").split("\n").slice(0, 4)).toEqual([lookCommand("manageboot guestos"), "manageboot guestos upgrade-install -", lookCommand("manageboot guestos"), "manageboot guestos upgrade-commit"]);
});

test("an upgrade that is rolled back, with the guest's reason", async () => {
  const result = await upgradeGuest(fakeGuest([sight(), sight(), "", sight({ boot: 3, rolledBack: "30-node: no answer" })]));
  expect(result).toMatchObject({ outcome: "rolled_back", from: "v1", runs: "v1", reason: "30-node: no answer" });
});

test("an image that the guest refuses ends it with the guest's words and exit code; nothing is committed", async () => {
  const options = fakeGuest([sight()], "echo 'manageboot: wrong signature' >&2; exit 4");
  await expect(upgradeGuest(options)).rejects.toMatchObject({ message: "demo: the update image was not installed: exit 4\nmanageboot: wrong signature", exitCode: 4 });
  expect(fs.readFileSync(at("said"), "utf8")).not.toContain("upgrade-commit");
});

test("an image that was cut short is not sent", async () => {
  const options = fakeGuest([sight()]);
  fs.writeFileSync(options.image, zstdCompressSync(Buffer.alloc(1000)).subarray(0, -1));
  await expect(upgradeGuest(options)).rejects.toMatchObject({ exitCode: 4, message: expect.stringContaining("was not sent: the compressed data was cut short") });
  expect(fs.readFileSync(at("said"), "utf8")).not.toContain("upgrade-install");
});

test("an install only", async () => {
  expect(await upgradeGuest({ ...fakeGuest([sight()]), noCommit: true })).toMatchObject({ outcome: "installed", runs: "v1", seconds: { end: null } });
  expect(fs.readFileSync(at("said"), "utf8")).not.toContain("upgrade-commit");
});

test("a commit that is refused, a guest that never comes back, a guest that is not there", async () => {
  await expect(upgradeGuest(fakeGuest([sight()], undefined, "echo refused >&2; exit 3"))).rejects.toMatchObject({ exitCode: 5, message: expect.stringContaining("refused") });
  await expect(upgradeGuest({ ...fakeGuest([sight(), sight(), ""]), seconds: 0.5 })).rejects.toMatchObject({ exitCode: 6, message: expect.stringContaining("last: restarting: no answer") });
  fs.rmSync(at("n"), { force: true });
  await expect(upgradeGuest(fakeGuest([""]))).rejects.toMatchObject({ exitCode: 5, message: "demo: does not answer over SSH" });
});
