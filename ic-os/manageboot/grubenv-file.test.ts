import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { runfile } from "../../tools/lib/runfiles.ts";
import { changeGrubenv, readGrubenv } from "./grubenv-file.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "grubenv-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const file = path.join(folder, "grubenv");
const editenv = (...args: string[]): string => execFileSync(runfile(process.env["EDITENV"]!), [file, ...args], { encoding: "utf8" });
const set = (changes: Record<string, string | undefined>): void => changeGrubenv(file, new Map(Object.entries(changes)));
const list = (): string[] => editenv("list").trim().split("\n").sort();

function fresh(...variables: string[]): void {
  fs.rmSync(file, { force: true });
  editenv("create");
  if (variables.length > 0) editenv("set", ...variables);
}

test("GRUB's own tool reads what is written, and what it wrote is kept", () => {
  fresh("unknown=kept", "boot_cycle=install", "extra_boot_args=a=b quiet");
  set({ boot_alternative: "B", boot_cycle: "first_boot", upgrade_attempt: "B" });
  expect(list()).toEqual(["boot_alternative=B", "boot_cycle=first_boot", "extra_boot_args=a=b quiet", "unknown=kept", "upgrade_attempt=B"]);
  set({ boot_cycle: "stable", upgrade_attempt: undefined });
  expect(list()).toEqual(["boot_alternative=B", "boot_cycle=stable", "extra_boot_args=a=b quiet", "unknown=kept"]);
});

test("byte for byte what GRUB's tool writes for the same variables in the same order", () => {
  fresh("boot_alternative=A", "boot_cycle=stable", "text=a\\b", "other=x=y");
  const theirs = fs.readFileSync(file);
  fs.writeFileSync(file, Buffer.alloc(1024));
  set({ boot_alternative: "A", boot_cycle: "stable", text: "a\\b", other: "x=y" });
  // grub-editenv of 2.12 adds a comment of its own; GRUB's save_env does not.
  const withoutComment = theirs.toString("latin1").replace(/^# WARNING.*\n/m, "").padEnd(1024, "#");
  expect(fs.readFileSync(file, "latin1")).toBe(withoutComment);
});

test("the file is written in place: the same inode, 1024 bytes, and only the first sector changes", () => {
  fresh("boot_alternative=A", "boot_cycle=stable");
  set({ boot_cycle: "stable", upgrade_attempt: undefined });
  const before = { inode: fs.statSync(file).ino, bytes: fs.readFileSync(file) };
  set({ boot_alternative: "B", boot_cycle: "first_boot", upgrade_attempt: "B" });
  const after = fs.readFileSync(file);
  expect(fs.statSync(file).ino).toBe(before.inode);
  expect(after.length).toBe(1024);
  expect(after.subarray(512).equals(before.bytes.subarray(512))).toBe(true);
  expect(after.subarray(512).toString()).toBe("#".repeat(512));
  expect(fs.readdirSync(folder)).toEqual(["grubenv"]);
});

test("the state comes first, however the variables stood: a torn write leaves the old state or the new", () => {
  fresh(`extra_boot_args=${"x".repeat(700)}`, "unknown=1", "boot_cycle=stable", "boot_alternative=A");
  set({ boot_cycle: "stable" });
  const before = fs.readFileSync(file);
  set({ boot_alternative: "B", boot_cycle: "first_boot", upgrade_attempt: "B" });
  const after = fs.readFileSync(file);
  const state = (bytes: Buffer): string[] => {
    fs.writeFileSync(file, bytes);
    const { variables } = readGrubenv(file);
    return ["boot_alternative", "boot_cycle", "upgrade_attempt"].map((name) => variables.get(name) ?? "-");
  };
  const torn = [Buffer.concat([before.subarray(0, 512), after.subarray(512)]), Buffer.concat([after.subarray(0, 512), before.subarray(512)])];
  expect(torn.map(state)).toEqual([["A", "stable", "-"], ["B", "first_boot", "B"]]);
});

test("nothing is written when nothing changes", () => {
  fresh();
  set({ boot_alternative: "A" });
  fs.utimesSync(file, 1, 1);
  set({ boot_alternative: "A", other: undefined });
  expect(fs.statSync(file).mtimeMs).toBe(1000);
});

test.each([["empty", Buffer.alloc(0)], ["zeros", Buffer.alloc(1024)], ["too short", Buffer.from("# GRUB Environment Block\nboot_cycle=stable\n")], ["too long", Buffer.alloc(2048, "#")], ["something else", Buffer.alloc(1024, "x")]])("a damaged block (%s) is told and mended", (_, bytes) => {
  fs.rmSync(file, { force: true });
  fs.writeFileSync(file, bytes);
  expect(readGrubenv(file)).toMatchObject({ damage: expect.stringContaining("expected"), variables: new Map() });
  set({ boot_alternative: "B", boot_cycle: "stable" });
  expect(list()).toEqual(["boot_alternative=B", "boot_cycle=stable"]);
  expect(fs.statSync(file).size).toBe(1024);
});

test("a missing file is told and made", () => {
  fs.rmSync(file, { force: true });
  expect(readGrubenv(file).damage).toContain("ENOENT");
  set({ boot_alternative: "A" });
  expect(list()).toEqual(["boot_alternative=A"]);
});

test("what does not fit is refused, and the old block stays", () => {
  fresh("boot_alternative=A");
  const before = fs.readFileSync(file);
  expect(() => set({ extra_boot_args: "x".repeat(1000) })).toThrow("too long");
  expect(fs.readFileSync(file).equals(before)).toBe(true);
});

test("any bytes: reading never fails, and a change keeps GRUB's tool reading", () => {
  let seed = 7;
  const random = (): number => (seed = (seed * 48271) % 0x7fffffff) / 0x7fffffff;
  const alphabet = ["=", "\n", "\\", "#", " ", "a", "boot_cycle", "boot_alternative", "A", "stable", "\0", "é"];
  for (let round = 0; round < 150; round++) {
    let text = random() < 0.8 ? "# GRUB Environment Block\n" : "";
    while (Buffer.byteLength(text) < 300 * random()) text += alphabet[Math.floor(random() * alphabet.length)];
    fs.writeFileSync(file, Buffer.concat([Buffer.from(text), Buffer.alloc(1024, "#")]).subarray(0, 1024));
    const { variables } = readGrubenv(file);
    set({ boot_alternative: "B", boot_cycle: "stable" });
    expect(readGrubenv(file).variables).toEqual(new Map([...[...variables].filter(([name]) => /^[A-Za-z_]\w*$/.test(name)), ["boot_alternative", "B"], ["boot_cycle", "stable"]]));
    expect(editenv("list")).toContain("boot_alternative=B\n");
  }
});
