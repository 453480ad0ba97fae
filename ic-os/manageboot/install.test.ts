import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readGrubenv } from "./grubenv-file.ts";
import { fileMember } from "../../tools/image/archive/members.ts";
import { runfile } from "../../tools/lib/runfiles.ts";
import { commit } from "./commit.ts";
import { install } from "./install.ts";
import type { ReadBack } from "./read-back.ts";
import { readSlotRecord } from "./slot-record.ts";
import { readStatus } from "./status.ts";
import type { System } from "./system.ts";
import { CSV, fakeSystem } from "./testing/fake-system.ts";
import { makeImages, makeKeys, makeUpdate, type Changes, type Images } from "./testing/make-update.ts";

const top = fs.mkdtempSync(path.join(os.tmpdir(), "install-"));
afterAll(() => fs.rmSync(top, { recursive: true }));

const key = makeKeys();
const veritysetup = runfile(process.env["VERITYSETUP"]!);
let images: Images;
beforeAll(async () => void (images = await makeImages(top, veritysetup)));

/** dm-verity in user space: the same check, without a device mapper. */
const readBack: ReadBack = {
  forget: async () => undefined,
  verity: async (device, spec) => {
    execFileSync(veritysetup, ["verify", "--no-superblock", "--hash=sha256", `--data-blocks=${spec.dataBlocks}`, `--hash-offset=${spec.hashStartBlock * 4096}`, `--salt=${spec.salt}`, device, device, spec.rootHash], { stdio: "pipe" });
  },
};

let systems = 0;
const newSystem = (options: Parameters<typeof fakeSystem>[1] = {}): System => fakeSystem(path.join(top, `system${systems++}`), { keys: { "test.pem": `a key\n${key.publicPem}` }, ...options });
const imageFile = async (changes: Changes = {}, compress = true): Promise<string> => {
  const tar = await makeUpdate(top, images, key, changes);
  const file = path.join(top, "update.tar");
  fs.writeFileSync(file, compress ? zstdCompressSync(tar) : tar);
  return file;
};
const partition = (system: System, name: string): Buffer => fs.readFileSync(path.join(system.partitions, name));
const isFilledWith = (actual: Buffer, image: string): boolean => actual.subarray(0, fs.statSync(image).size).equals(fs.readFileSync(image));

/** A sum of everything that an install may change. */
function snapshot(system: System): string {
  const sum = createHash("sha256");
  for (const name of fs.readdirSync(system.partitions).sort()) sum.update(partition(system, name));
  for (const folder of [system.records, system.volumeStates]) for (const name of fs.existsSync(folder) ? fs.readdirSync(folder).sort() : []) sum.update(name + fs.readFileSync(path.join(folder, name), "utf8"));
  return sum.update(fs.readFileSync(system.grubenv)).digest("hex");
}

test.each([true, false])("an image is written as it is, zeros included, over what the slot held (compressed: %s)", async (compress) => {
  const system = newSystem();
  const others = (): string[] => ["esp", "grub", "config", "A_boot", "A_root", "A_var"].map((name) => createHash("sha256").update(partition(system, name)).digest("hex"));
  const before = others();
  const done = await install(system, readBack, await imageFile({}, compress), { downgrade: false });
  expect(done).toMatchObject({ slot: "B", version: "1.6.0", bytes: fs.statSync(images.boot).size + fs.statSync(images.root).size });
  expect(isFilledWith(partition(system, "B_boot"), images.boot)).toBe(true);
  expect(isFilledWith(partition(system, "B_root"), images.root)).toBe(true);
  expect(partition(system, "B_var").subarray(0, 16 << 20).equals(Buffer.alloc(16 << 20))).toBe(true);
  expect(fs.readFileSync(path.join(system.volumeStates, "B_var"), "utf8")).toBe("making\n");
  expect(others()).toEqual(before);
  expect(readStatus(system)).toMatchObject({ stable: true, next: "A", slots: { A: { state: "running", version: "1.5.0" }, B: { state: "installed", version: "1.6.0" } } });
  expect(await commit(system, readBack, { again: false })).toEqual({ slot: "B", version: "1.6.0" });
});

const refusedBeforeAnyWrite: Record<string, [Changes, RegExp, Parameters<typeof fakeSystem>[1]?]> = {
  "not signed": [{ signatures: () => undefined }, /the image is not signed/],
  "signed with a key that is not trusted": [{ signatures: (manifest) => `${"0".repeat(16)} ${manifest.subarray(0, 64).toString("base64")}\n` }, /does not know: expected one of [0-9a-f]{16}, got 0{16}/],
  "a signature that does not fit": [{ signatures: (_, good) => good.replace(/ .{8}/, " AAAAAAAA") }, /does not fit: the manifest was changed/],
  "an empty signature": [{ signatures: () => "\n" }, /got none/],
  "a manifest that was changed": [{ archive: (tar) => Buffer.from(tar.toString("latin1").replace('"generation": 3', '"generation": 4'), "latin1") }, /does not fit: the manifest was changed/],
  "no key is trusted": [{}, /trusts no key/, { keys: { "none.pem": "no key here\n" } }],
  "a downgrade": [{ version: "1.4.9" }, /a downgrade: 1\.5\.0 runs; --allow-downgrade/],
  "a lower generation": [{ generation: 2 }, /expected generation 3 or higher, got 2/],
  "another version in VERSION.TXT": [{ manifest: (good) => ({ ...good, version: "1.6.1" }) }, /VERSION\.TXT says `1\.6\.0`, the signed manifest `1\.6\.1`/],
  "a newer format": [{ manifest: (good) => ({ ...good, format: 2 }) }, /expected format 1, got `2`/],
  "an unknown field": [{ manifest: (good) => ({ ...good, post_install: "rm -rf /" }) }, /manifest\.json is not as expected[^]*post_install/],
  "a field of the wrong kind": [{ manifest: (good) => ({ ...good, boot: { ...good.boot, sha256: "../x" } }) }, /boot\.sha256: expected 64 hexadecimal digits/],
  "another disk's partitions": [{ csv: CSV.replace("8000-000000000008", "8000-0000000000ff") }, /partition 8: expected B_root \(.*0ff\), this disk has B_root \(.*008\)/],
  "a partition of another name": [{ csv: CSV.replace("B_var", "B_data") }, /partition 9: expected B_data/],
  "a partition more": [{ csv: `${CSV}\nC_boot, 102400, 2048, L, 00000000-0000-4000-8000-00000000000a` }, /partition 10 \(C_boot\): this disk has none/],
  "larger partitions": [{ csv: CSV.replace("40960, L, 00000000-0000-4000-8000-000000000009", "43008, L, 00000000-0000-4000-8000-000000000009") }, /partition 9 \(B_var\): expected 22020096 bytes or more, this disk has 20971520/],
  "an image that does not fit": [{ manifest: (good) => ({ ...good, root: { ...good.root, bytes: 2097153 } }) }, /root\.img has 2097153 bytes, B_root has room for 2097152/],
  "the version before the manifest": [{ members: ([manifest, signature, version, ...rest]) => [version!, manifest!, signature!, ...rest] }, /expected the member manifest\.json, got `VERSION\.TXT`/],
  "a member more": [{ members: ([manifest, ...rest]) => [manifest!, fileMember("install.sh", images.boot), ...rest] }, /expected the member manifest\.json\.sig, got `install\.sh`/],
  "an old update image": [{ members: (members) => members.slice(2) }, /expected the member manifest\.json, got `VERSION\.TXT`: the image is not signed/],
  "a manifest without end": [{ members: ([, ...rest]) => [{ name: "manifest.json", bytes: 1 << 20, pieces: [{ segments: [{ offset: 0, bytes: Buffer.alloc(1 << 20, " ") }] }] }, ...rest] }, /manifest\.json: expected at most 65536 bytes/],
  "no archive": [{ archive: () => Buffer.alloc(5000, "x") }, /got no tar header/],
  "an empty file": [{ archive: () => Buffer.alloc(0) }, /ends after 0 bytes/],
  "cut in the manifest": [{ archive: (tar) => tar.subarray(0, 700) }, /ends after 700 bytes, in the middle: it was cut short/],
};

test.each(Object.entries(refusedBeforeAnyWrite))("refused before the first write: %s", async (_, [changes, message, options]) => {
  const system = newSystem(options);
  const before = snapshot(system);
  await expect(install(system, readBack, await imageFile(changes), { downgrade: false })).rejects.toThrow(message);
  expect(snapshot(system)).toBe(before);
});

test("several problems are told at once", async () => {
  const file = await imageFile({ version: "1.0.0", generation: 1, csv: CSV.replace("B_var", "B_data") });
  await expect(install(newSystem(), readBack, file, { downgrade: false, version: "2.0.0" })).rejects.toThrow(/nothing was written: 4 problems[^]*expected version 2\.0\.0[^]*generation[^]*downgrade[^]*B_data/);
});

test("a downgrade is installed when it is allowed; a lower generation never is", async () => {
  const system = newSystem();
  expect(await install(system, readBack, await imageFile({ version: "1.4.9" }), { downgrade: true })).toMatchObject({ version: "1.4.9" });
  await expect(install(system, readBack, await imageFile({ version: "1.4.9", generation: 2 }), { downgrade: true })).rejects.toThrow("generation");
});

test("the key that signed may be one of several, in one file or several", async () => {
  const other = makeKeys();
  const system = newSystem({ keys: { "a.pem": other.publicPem, "b.pem": `# ours\n${other.publicPem}# and\n${key.publicPem}` } });
  await install(system, readBack, await imageFile(), { downgrade: false });
});

const flip = (tar: Buffer, at: number): Buffer => {
  const changed = Buffer.from(tar);
  changed[at] = changed[at]! ^ 1;
  return changed;
};
const startOf = (tar: Buffer, name: string): number => tar.indexOf(Buffer.from(`${name}\0`));

const refusedWhileWriting: Record<string, [Changes, RegExp]> = {
  "cut in the boot image": [{ archive: (tar) => tar.subarray(0, startOf(tar, "boot.img") + 90_000) }, /in the middle: it was cut short/],
  "cut in the root image": [{ archive: (tar) => tar.subarray(0, tar.length - 200_000) }, /in the middle: it was cut short/],
  "a flipped bit in the boot image": [{ archive: (tar) => flip(tar, startOf(tar, "boot.img") + 100_000) }, /boot\.img: expected SHA-256/],
  "a flipped bit in the root image": [{ archive: (tar) => flip(tar, startOf(tar, "root.img") + 60_000) }, /root\.img: expected SHA-256/],
  "a boot image of another size": [{ members: (members) => members.map((member) => (member.name === "boot.img" ? { ...fileMember("boot.img", images.root) } : member)) }, /boot\.img: expected \d+ bytes as the manifest says, got/],
  "root before boot": [{ members: ([a, b, c, boot, root]) => [a!, b!, c!, root!, boot!] }, /expected the member boot\.img, got `root\.img`/],
  "no root": [{ members: (members) => members.slice(0, 4) }, /expected the member root\.img/],
  "something behind the last member": [{ archive: (tar) => Buffer.concat([tar, Buffer.from("more")]) }, /there is more behind the last member/],
  "no end": [{ archive: (tar) => tar.subarray(0, lastData(tar)) }, /no end|cut short/],
  "a sparse map that contradicts itself": [{ archive: (tar) => sparseLie(tar) }, /contradicts itself|out of order/],
};

/** Where the archive's data ends and its zeros begin, in whole blocks. */
function lastData(tar: Buffer): number {
  let end = tar.length;
  while (tar[end - 1] === 0) end--;
  return Math.ceil(end / 512) * 512;
}

/** Says that the first piece of the boot image begins elsewhere, with a header whose sum is right. */
function sparseLie(tar: Buffer): Buffer {
  const changed = Buffer.from(tar);
  const at = startOf(changed, "boot.img");
  const header = changed.subarray(at, at + 512);
  header.write("77777777777", 386, "latin1");
  header.fill(" ", 148, 156);
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return changed;
}

test.each(Object.entries(refusedWhileWriting))("found while writing: %s; the slot cannot be booted, and a good image mends it", async (_, [changes, message]) => {
  const system = newSystem();
  const grubenv = fs.readFileSync(system.grubenv);
  await expect(install(system, readBack, await imageFile(changes), { downgrade: false })).rejects.toThrow(message);
  await expectUnbootable(system);
  expect(fs.readFileSync(system.grubenv)).toEqual(grubenv);
  await install(system, readBack, await imageFile(), { downgrade: false });
  expect(isFilledWith(partition(system, "B_boot"), images.boot)).toBe(true);
  expect(await commit(system, readBack, { again: false })).toMatchObject({ version: "1.6.0" });
});

async function expectUnbootable(system: System): Promise<void> {
  expect(readSlotRecord(system, "B")).toMatchObject({ state: "incomplete" });
  // Without a superblock GRUB finds no kernel there.
  expect(partition(system, "B_boot").subarray(0, 64 << 10).every((byte) => byte === 0)).toBe(true);
  await expect(commit(system, readBack, { again: true })).rejects.toThrow(/did not end/);
}

test.each([1, 1000, 300_000])("a compressed file that lacks its last %d bytes is refused before any write", async (bytes) => {
  const system = newSystem();
  const before = snapshot(system);
  const file = await imageFile();
  fs.truncateSync(file, fs.statSync(file).size - bytes);
  await expect(install(system, readBack, file, { downgrade: false })).rejects.toThrow(/is refused, nothing was written: the compressed data was cut short/);
  expect(snapshot(system)).toBe(before);
});

test("compressed data that is cut short in a stream, or damaged", async () => {
  const whole = fs.readFileSync(await imageFile());
  const file = path.join(top, "damaged.zst");
  const pipe = path.join(top, "pipe");
  execFileSync("mkfifo", [pipe]);
  fs.writeFileSync(file, whole.subarray(0, whole.length - 1000));
  const sender = spawn("cp", [file, pipe], { stdio: "ignore" });
  const short = newSystem();
  await expect(install(short, readBack, pipe, { downgrade: false })).rejects.toThrow(/cut short|damaged|SHA-256/);
  await expectUnbootable(short);
  sender.kill();
  const damaged = newSystem();
  fs.writeFileSync(file, Buffer.concat([whole.subarray(0, 400_000), Buffer.alloc(100), whole.subarray(400_100)]));
  await expect(install(damaged, readBack, file, { downgrade: false })).rejects.toThrow(/cut short|damaged|SHA-256/);
  await expectUnbootable(damaged);
});

test("a disk that does not keep what is written is found by reading back", async () => {
  for (const name of ["B_root", "B_boot"]) {
    const system = newSystem();
    const forgetful: ReadBack = {
      ...readBack,
      forget: async (device) => {
        if (path.basename(device) === name) fs.writeFileSync(device, flip(fs.readFileSync(device), 70_000));
      },
    };
    await expect(install(system, forgetful, await imageFile(), { downgrade: false })).rejects.toThrow();
    expect(readSlotRecord(system, "B")).toMatchObject({ state: "incomplete" });
    await expect(commit(system, readBack, { again: false })).rejects.toThrow(/did not end/);
  }
});

test("what changed between install and commit is found", async () => {
  for (const [name, at] of [["B_boot", 100_000], ["B_root", 50_000]] as const) {
    const system = newSystem();
    await install(system, readBack, await imageFile(), { downgrade: false });
    const device = path.join(system.partitions, name);
    fs.writeFileSync(device, flip(fs.readFileSync(device), at));
    await expect(commit(system, readBack, { again: false })).rejects.toThrow();
    expect(readStatus(system)).toMatchObject({ state: "stable", next: "A" });
  }
});

test("a new install forgets that the slot was rolled back", async () => {
  const system = newSystem({ grubenv: { boot_alternative: "A", boot_cycle: "stable", upgrade_attempt: "B", kept: "yes" } });
  await install(system, readBack, await imageFile(), { downgrade: false });
  expect(readGrubenv(system.grubenv).variables).toEqual(new Map(Object.entries({ boot_alternative: "A", boot_cycle: "stable", kept: "yes" })));
  expect(readStatus(system).slots.B.state).toBe("installed");
});
