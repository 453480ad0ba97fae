import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { scratchFolder } from "../lib/atomic.ts";
import { exec } from "../lib/exec.ts";
import { runfile } from "../lib/runfiles.ts";
import { readVmTools } from "../vm/vm-tools.ts";
import { configLayouts, writeConfigVolume, type ConfigVolume } from "./config-volume.ts";
import { localGuestConfig } from "./guestos-config.ts";
import { volumeSummary } from "./written-volume.ts";

const tools = readVmTools(process.env["VM_TOOLS"]!);
// A pinned program is several files; the first is the one to start. Outside Bazel, the host's.
const tar = process.env["TAR"] === undefined ? "tar" : runfile(process.env["TAR"].split(" ")[0]!);
const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBYEPoSDsdLvRuIrqpV6zvsgLIDgOZ0l0bCF3YpRkZQA me";
const volume: ConfigVolume = { config: localGuestConfig({ hostname: "demo" }), authorizedKeys: { root: [key], admin: [key, key] } };

let folder: ReturnType<typeof scratchFolder>;
const file = (name: string): string => path.join(folder.path, name);
const digest = (name: string): string => createHash("sha256").update(fs.readFileSync(file(name))).digest("hex");
const mtools = async (...args: string[]): Promise<string> => (await exec(tools.mtools, ["-c", ...args])).stdout;

beforeEach(() => {
  folder = scratchFolder("volume-test");
});

afterEach(() => folder[Symbol.dispose]());

/** Folders to inject; the order in which files are made differs. */
function makeInjected(name: string, order: "up" | "down"): NonNullable<ConfigVolume["injected"]> {
  const files = ["crypto/node.pb", "crypto/keys/b", "crypto/keys/a", "crypto/keys/C", "store/0/1.pb"];
  for (const part of order === "up" ? files : files.reverse()) {
    fs.mkdirSync(path.dirname(file(`${name}/${part}`)), { recursive: true });
    fs.writeFileSync(file(`${name}/${part}`), part);
  }
  fs.mkdirSync(file(`${name}/store/empty`));
  fs.writeFileSync(file(`${name}/nns.pem`), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
  return { ic_crypto: file(`${name}/crypto`), ic_registry_local_store: file(`${name}/store`), nns_public_key: file(`${name}/nns.pem`) };
}

test("layout files: label, document and keys, for the owner only", async () => {
  const image = file("config.img");
  await writeConfigVolume(volume, tools, image);
  const read = (name: string): Promise<string> => mtools("mtype", "-i", image, `::/${name}`);
  expect(await mtools("mlabel", "-s", "-i", image, "::")).toMatch(/is CONFIG\s*$/);
  expect(JSON.parse(await read("config.json"))).toEqual(volume.config);
  expect(await read("accounts_ssh_authorized_keys/root")).toBe(key);
  expect(await read("accounts_ssh_authorized_keys/admin")).toBe(`${key}\n${key}`);
  expect(fs.statSync(image)).toMatchObject({ size: 4 * 1024 * 1024, mode: 0o100600 });
});

test("layout files: injected folders as they are, with the document telling of them", async () => {
  const image = file("config.img");
  const { entries } = await writeConfigVolume({ ...volume, injected: makeInjected("in", "up") }, tools, image);
  const listed = (await mtools("mdir", "-/", "-b", "-i", image, "::")).split("\n").map((row) => row.replace("::/", "").replace(/\/$/, ""));
  expect(listed.sort()).toEqual(entries.map(({ path: name }) => name).sort());
  expect(listed).toEqual(expect.arrayContaining(["ic_crypto/keys/C", "ic_registry_local_store/0/1.pb", "ic_registry_local_store/empty", "nns_public_key_override.pem"]));
  expect(await mtools("mtype", "-i", image, "::/ic_crypto/keys/a")).toBe("crypto/keys/a");
  const { guestos_settings } = JSON.parse(await mtools("mtype", "-i", image, "::/config.json"));
  expect(guestos_settings).toMatchObject({ inject_ic_crypto: true, inject_ic_state: false, inject_ic_registry_local_store: true });
});

test("layout tar: one archive, names sorted, root, fixed time", async () => {
  const image = file("config.img");
  await writeConfigVolume({ ...volume, injected: makeInjected("in", "up") }, tools, image, "tar");
  expect(await mtools("mdir", "-/", "-b", "-i", image, "::")).toBe("::/ic-bootstrap.tar");
  await mtools("mcopy", "-i", image, "::/ic-bootstrap.tar", file("out.tar"));
  const { stdout } = await exec(tar, ["--utc", "--full-time", "-tvf", file("out.tar")], { env: { LC_ALL: "C" } });
  const rows = stdout.split("\n").map((row) => row.split(/\s+/));
  const names = rows.map((row) => row.at(-1)!);
  expect(names).toEqual([...names].sort());
  expect(names).toEqual(expect.arrayContaining(["./config.json", "./accounts_ssh_authorized_keys/root", "./ic_crypto/keys/a", "./ic_registry_local_store/empty/"]));
  expect(new Set(rows.map((row) => `${row[1]} ${row[3]} ${row[4]}`))).toEqual(new Set(["0/0 2023-11-14 22:13:20"]));
  expect(new Set(rows.map((row) => row[0]))).toEqual(new Set(["drwx------", "-rw-------"]));
});

test.each(configLayouts)("layout %s: same content, same bytes, whatever the order, the time zone and the umask", async (layout) => {
  await writeConfigVolume({ ...volume, injected: makeInjected("a", "up") }, tools, file("a.img"), layout);
  const umask = process.umask(0o077);
  process.env["TZ"] = "Asia/Tokyo";
  try {
    const injected = makeInjected("b", "down");
    await writeConfigVolume({ ...volume, authorizedKeys: { admin: [key, key], root: [key] }, injected }, tools, file("b.img"), layout);
  } finally {
    process.umask(umask);
    delete process.env["TZ"];
  }
  expect(digest("b.img")).toBe(digest("a.img"));
});

// When a change of the content or of the pinned programs is meant, put in what the test got.
test.each([
  ["files", "26a32b1f100b008c12b9a2917e0a3bf6f087f1db6dc6c91bac8ff5068db00552"],
  ["tar", "89bcff8f7d3768b33364830aa1019a34d102bc053b94f6a482b58bb9fad9f477"],
] as const)("layout %s: the bytes are the known ones", async (layout, known) => {
  const written = await writeConfigVolume({ ...volume, injected: makeInjected("in", "up") }, tools, file("config.img"), layout);
  expect(volumeSummary(written, file("config.img"))).toMatchObject({ layout, fat: 16, bytes: 4194304, sha256: known });
});

test("the image grows with its content, and what comes out is what went in", async () => {
  fs.mkdirSync(file("state"));
  for (let index = 0; index < 450; index++) fs.writeFileSync(file(`state/checkpoint ${index}`), Buffer.alloc(20_000, index));
  const written = await writeConfigVolume({ ...volume, injected: { ic_state: file("state") } }, tools, file("config.img"));
  expect(written.fat.bytes).toBe(9 * 1024 * 1024);
  const { files } = volumeSummary(written, file("config.img"));
  expect(files).toHaveLength(453);
  await mtools("mcopy", "-i", file("config.img"), "::/ic_state/checkpoint 449", file("back"));
  expect(digest("back")).toBe(files.find(({ path: name }) => name === "ic_state/checkpoint 449")!.sha256);
});

test("a bad document, a bad account and a bad NNS key are refused, nothing is written", async () => {
  const config = structuredClone(volume.config);
  config.icos_settings.mgmt_mac = "nobody";
  config.icos_settings.nns_urls = ["not a url"];
  const target = file("config.img");
  await expect(writeConfigVolume({ ...volume, config }, tools, target)).rejects.toThrow(/2 problems[\s\S]*icos_settings\.mgmt_mac[\s\S]*icos_settings\.nns_urls\[0\]/);
  await expect(writeConfigVolume({ ...volume, authorizedKeys: { "../x": [key] } }, tools, target)).rejects.toThrow('expected an account of admin, backup, readonly, root, got "../x"');
  fs.writeFileSync(file("key"), "hello");
  await expect(writeConfigVolume({ ...volume, injected: { nns_public_key: file("key") } }, tools, target)).rejects.toThrow("expected a public key in PEM form");
  expect(fs.readdirSync(folder.path)).toEqual(["key"]);
});

test("names that FAT cannot hold need the tar layout", async () => {
  fs.mkdirSync(file("crypto"));
  for (const name of ["a:b", "Key", "key"]) fs.writeFileSync(file(`crypto/${name}`), "x");
  const injected = { ic_crypto: file("crypto") };
  await expect(writeConfigVolume({ ...volume, injected }, tools, file("config.img"))).rejects.toThrow(/2 problems[\s\S]*"ic_crypto\/a:b": FAT cannot[\s\S]*ic_crypto\/key: FAT takes it/);
  await writeConfigVolume({ ...volume, injected }, tools, file("config.img"), "tar");
});
