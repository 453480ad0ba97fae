import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { writeTarFile } from "../image/tar/archive.ts";
import type { TarEntry } from "../image/tar/entry.ts";
import { scratchFolder } from "../lib/atomic.ts";
import { exec } from "../lib/exec.ts";
import { readVmTools } from "../vm/vm-tools.ts";
import { checkFile } from "./check-volume.ts";
import { configLayouts, writeConfigVolume, type ConfigVolume } from "./config-volume.ts";
import { localGuestConfig } from "./guestos-config.ts";

const tools = readVmTools(process.env["VM_TOOLS"]!);
const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBYEPoSDsdLvRuIrqpV6zvsgLIDgOZ0l0bCF3YpRkZQA me";
const volume: ConfigVolume = { config: localGuestConfig({ hostname: "demo" }), authorizedKeys: { admin: [key] } };

let folder: ReturnType<typeof scratchFolder>;
let image: string;
const file = (name: string): string => path.join(folder.path, name);
const mtools = (...args: string[]) => exec(tools.mtools, ["-c", ...args]);

beforeEach(() => {
  folder = scratchFolder("check-test");
  image = file("config.img");
});

afterEach(() => folder[Symbol.dispose]());

/** Puts a file into the image, in place of what is there. */
async function put(name: string, content: string | Buffer): Promise<void> {
  fs.writeFileSync(file("put"), content);
  await mtools("mcopy", "-o", "-i", image, file("put"), `::/${name}`);
}

const problems = async (name = image): Promise<string[]> => (await checkFile(name, tools.mtools)).problems;

test.each(configLayouts)("a volume of layout %s is good, and checking leaves it as it is", async (layout) => {
  await writeConfigVolume(volume, tools, image, layout);
  const digest = (): string => createHash("sha256").update(fs.readFileSync(image)).digest("hex");
  const before = digest();
  expect(await checkFile(image, tools.mtools)).toEqual({ config: volume.config, problems: [], warnings: [] });
  expect(digest()).toBe(before);
});

test("a document is checked too", async () => {
  fs.writeFileSync(file("config.json"), JSON.stringify(volume.config));
  expect(await problems(file("config.json"))).toEqual([]);
  fs.writeFileSync(file("config.json"), "{}");
  expect(await problems(file("config.json"))).toHaveLength(4);
});

test("all problems of a volume at once", async () => {
  await writeConfigVolume(volume, tools, image);
  await mtools("mlabel", "-i", image, "::CONFIG2");
  await put("config.json", JSON.stringify({ ...volume.config, guest_vm_type: 7 }));
  await put("accounts_ssh_authorized_keys/admin", "-----BEGIN OPENSSH PRIVATE KEY-----\n");
  await put("accounts_ssh_authorized_keys/mallory", key);
  await put("stray.txt", "x");
  expect(await checkFile(image, tools.mtools)).toEqual({
    config: undefined,
    problems: [
      'label: expected CONFIG, got "CONFIG2"',
      "config.json: guest_vm_type: expected a string, got 7",
      "accounts_ssh_authorized_keys/admin: expected a public key, got a private key",
      "accounts_ssh_authorized_keys/mallory: expected an account of admin, backup, readonly, root",
    ],
    warnings: ["stray.txt: unknown to this version: guests ignore it"],
  });
});

test("no config.json, or one that is too large", async () => {
  await writeConfigVolume(volume, tools, image);
  await mtools("mdel", "-i", image, "::/config.json");
  expect(await problems()).toEqual(["config.json: expected a file of this name, got none"]);
  await put("config.json", Buffer.alloc(2 * 1024 * 1024, " "));
  expect(await problems()).toEqual(["config.json: expected at most 1048576 bytes, got 1048577"]);
});

test("flags of the document without what they tell of are warned about", async () => {
  await writeConfigVolume(volume, tools, image);
  const config = structuredClone(volume.config);
  config.guestos_settings.inject_ic_state = true;
  await put("config.json", JSON.stringify(config));
  expect((await checkFile(image, tools.mtools)).warnings).toEqual(["config.json: guestos_settings.inject_ic_state is true, but there is no ic_state/"]);
});

test("the archive wins, and must hold files and folders only, all of them below it", async () => {
  await writeConfigVolume(volume, tools, image);
  const common = { mode: 0o644, uid: 0, gid: 0, link: "" };
  const entries: TarEntry[] = [
    { ...common, path: "config.json", type: "file", content: Buffer.from("[]") },
    { ...common, path: "ic_crypto/key", type: "symlink", link: "/etc/shadow" },
    { ...common, path: "ic_crypto/disk", type: "block", device: { major: 8, minor: 0 } },
    { ...common, path: "ic_crypto/../../etc/passwd", type: "file", content: Buffer.from("x") },
  ];
  await writeTarFile(file("bad.tar"), entries);
  await put("ic-bootstrap.tar", fs.readFileSync(file("bad.tar")));
  expect(await problems()).toEqual([
    "ic-bootstrap.tar: ic_crypto/key: expected a regular file or a folder, got a symlink",
    "ic-bootstrap.tar: ic_crypto/disk: expected a regular file or a folder, got a block",
    "ic-bootstrap.tar: ic_crypto/../../etc/passwd: expected a path inside the volume",
    "config.json: (top): expected an object, got an array of 0",
  ]);
});

test.each([
  ["cut in a file", 700],
  ["cut between files", 1024],
  ["cut in the header", 100],
  ["damaged", -1],
])("an archive that is %s", async (_how, length) => {
  await writeConfigVolume(volume, tools, image, "tar");
  await mtools("mcopy", "-i", image, "::/ic-bootstrap.tar", file("good.tar"));
  const bytes = fs.readFileSync(file("good.tar"));
  if (length < 0) bytes[10]! ^= 0x20;
  await put("ic-bootstrap.tar", length < 0 ? bytes : bytes.subarray(0, length));
  expect((await problems())[0]).toMatch(/^ic-bootstrap\.tar: /);
});

test.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
  ["cut off", (bytes) => bytes.subarray(0, 100_000), /^expected 4194304 bytes, as its boot sector says, got 100000: the image is cut off$/],
  ["of zeros", (bytes) => bytes.fill(0), /^expected a config\.json or a FAT image, got neither$/],
  ["with a broken boot sector", (bytes) => bytes.fill(0xff, 11, 40), /^(?:expected|cannot be read)/],
  ["empty", () => Buffer.alloc(0), /^expected JSON/],
])("an image %s", async (_how, damage, problem) => {
  await writeConfigVolume(volume, tools, image);
  fs.writeFileSync(image, damage(fs.readFileSync(image)));
  expect((await problems())[0]).toMatch(problem);
});
