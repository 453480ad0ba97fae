import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { runfile } from "../../tools/lib/runfiles.ts";
import { bootState, otherSlot, runningSlot, type Slot } from "./boot-state.ts";
import { commit } from "./commit.ts";
import { cancel, confirm } from "./confirm.ts";
import { changeGrubenv, readGrubenv } from "./grubenv-file.ts";
import { install } from "./install.ts";
import type { ReadBack } from "./read-back.ts";
import { readSlotRecord } from "./slot-record.ts";
import { readStatus } from "./status.ts";
import type { System } from "./system.ts";
import { fakeSystem } from "./testing/fake-system.ts";
import { makeImages, makeKeys, makeUpdate } from "./testing/make-update.ts";

// The tables of Upgrades.adoc are the specification: each cell is tried, from either slot.

const top = fs.mkdtempSync(path.join(os.tmpdir(), "states-"));
afterAll(() => fs.rmSync(top, { recursive: true }));
const key = makeKeys();
const veritysetup = runfile(process.env["VERITYSETUP"]!);
const good = path.join(top, "good.tar");
const cut = path.join(top, "cut.tar");
beforeAll(async () => {
  const update = await makeUpdate(top, await makeImages(top, veritysetup), key);
  fs.writeFileSync(good, update);
  fs.writeFileSync(cut, update.subarray(0, update.length - 100_000));
});

/** Rows of the tables, cells trimmed, headings first. */
function tables(): string[][][] {
  const text = fs.readFileSync(runfile(process.env["DOCUMENT"]!), "utf8");
  return [...text.matchAll(/\|===\n([^]*?)\n\|===/g)].map(([, body]) => body!.split("\n").filter((line) => line.startsWith("|")).map((line) => line.slice(1).split("|").map((cell) => cell.trim())));
}
const [states, transitions] = [tables().find(([head]) => head![1] === "Runs")!, tables().find(([head]) => head![1] === "upgrade-install")!];

const readBack: ReadBack = {
  forget: async () => undefined,
  verity: async (device, spec) => void execFileSync(veritysetup, ["verify", "--no-superblock", "--hash=sha256", `--data-blocks=${spec.dataBlocks}`, `--hash-offset=${spec.hashStartBlock * 4096}`, `--salt=${spec.salt}`, device, device, spec.rootHash], { stdio: "pipe" }),
};

type Event = (system: System) => unknown;
const events: Record<string, Event> = {
  "upgrade-install": (system) => install(system, readBack, good, { downgrade: false }),
  "upgrade-install, interrupted": (system) => install(system, readBack, cut, { downgrade: false }),
  "upgrade-commit": (system) => commit(system, readBack, { again: false }),
  "upgrade-commit --again": (system) => commit(system, readBack, { again: true }),
  "upgrade-cancel": (system) => cancel(system),
  confirm: (system) => confirm(system),
  restart,
};

/** What grub.cfg does; its own test runs it. */
function restart(system: System): void {
  const { alternative, cycle } = bootState(readGrubenv(system.grubenv).variables);
  const boots = cycle === "failsafe_check" ? otherSlot(alternative) : alternative;
  changeGrubenv(system.grubenv, new Map([["boot_alternative", boots], ["boot_cycle", cycle === "first_boot" ? "failsafe_check" : "stable"]]));
  fs.writeFileSync(system.commandLine, `dfinity.system=${boots}\n`);
}

const swap = (text: string): string => text.replace(/^[AB]$/, (slot) => otherSlot(slot as Slot));
let systems = 0;

/** A system in a state of the first table, with A and B exchanged when `swapped`. */
async function systemIn(name: string, swapped: boolean): Promise<System> {
  const row = states.find(([state]) => state === name)!.slice(1, 5).map((cell) => (swapped ? swap(cell) : cell));
  const system = fakeSystem(path.join(top, `system${systems++}`), { running: swapped ? "B" : "A", keys: { "k.pem": key.publicPem } });
  const event = { empty: undefined, incomplete: "upgrade-install, interrupted" }[name] ?? (name === "empty" ? undefined : "upgrade-install");
  if (event !== undefined) await Promise.resolve(events[event]!(system)).catch(() => undefined);
  const [runs, ...values] = row;
  fs.writeFileSync(system.commandLine, `dfinity.system=${runs}\n`);
  changeGrubenv(system.grubenv, new Map(["boot_alternative", "boot_cycle", "upgrade_attempt"].map((variable, index) => [variable, values[index] === "" ? undefined : values[index]])));
  return system;
}

/** The state that a system is in, by the first table. */
function stateOf(system: System, swapped: boolean): string {
  const { variables } = readGrubenv(system.grubenv);
  const seen = [runningSlot(system), ...["boot_alternative", "boot_cycle", "upgrade_attempt"].map((name) => variables.get(name) ?? "")];
  const rows = states.slice(1).filter((row) => row.slice(1, 5).every((cell, index) => (swapped ? swap(cell) : cell) === seen[index]));
  if (rows.length <= 1) return rows[0]?.[0] ?? `none: ${seen.join(" ")}`;
  // Three states differ in what the other slot holds only.
  const record = readSlotRecord(system, swapped ? "A" : "B")?.state;
  return record === "incomplete" || record === "installed" ? record : "empty";
}

const cells = transitions.slice(1).flatMap(([state, ...results]) => results.map((result, index) => [state!, transitions[0]![index + 1]!, result] as const));

test("the tables have every state and every event", () => {
  expect(states.slice(1).map(([state]) => state)).toEqual(transitions.slice(1).map(([state]) => state));
  expect(transitions[0]!.slice(1)).toEqual(Object.keys(events));
  expect(cells).toHaveLength(6 * 7);
});

for (const swapped of [false, true]) {
  test.each(cells)(`${swapped ? "B" : "A"} runs first: %s, %s: %s`, async (from, event, result) => {
    const system = await systemIn(from, swapped);
    expect(stateOf(system, swapped)).toBe(from);
    const outcome = await Promise.resolve().then(() => events[event]!(system)).then(() => undefined, (error: Error) => error);
    if (result === "refused") {
      expect(outcome).toMatchObject({ message: expect.stringMatching(/is refused/), exitCode: 3, hint: expect.any(String) });
      expect(stateOf(system, swapped)).toBe(from);
      return;
    }
    if (event !== "upgrade-install, interrupted") expect(outcome).toBeUndefined();
    const [state, exchanged] = result.split(", ");
    expect(stateOf(system, exchanged === "swapped" ? !swapped : swapped)).toBe(state);
    expect(readStatus(system).problems).toEqual([]);
  });
}
