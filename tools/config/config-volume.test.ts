import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { scratchFolder } from "../lib/atomic.ts";
import { exec } from "../lib/exec.ts";
import { readVmTools } from "../vm/vm-tools.ts";
import { configFiles, writeConfigVolume, type ConfigVolume } from "./config-volume.ts";
import { localGuestConfig } from "./guestos-config.ts";

const tools = readVmTools(process.env["VM_TOOLS"]!);
const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBYEPoSDsdLvRuIrqpV6zvsgLIDgOZ0l0bCF3YpRkZQA me";
const volume: ConfigVolume = { config: localGuestConfig({ hostname: "demo" }), authorizedKeys: { root: [key], admin: [key, key] } };

test("the guest's reader finds label, document and keys", async () => {
  using folder = scratchFolder("volume-test");
  const image = path.join(folder.path, "config.img");
  await writeConfigVolume(volume, tools, image);
  const read = async (file: string): Promise<string> => (await exec(tools.mtools, ["-c", "mtype", "-i", image, `::/${file}`])).stdout;
  expect((await exec(tools.mtools, ["-c", "mlabel", "-s", "-i", image, "::"])).stdout).toContain("CONFIG");
  expect(JSON.parse(await read("config.json"))).toEqual(volume.config);
  expect(await read("accounts_ssh_authorized_keys/root")).toBe(key);
  expect(await read("accounts_ssh_authorized_keys/admin")).toBe(`${key}\n${key}`);
});

test("the same content gives the same bytes, whatever the order, the time zone and the umask", async () => {
  using folder = scratchFolder("volume-test");
  const [first, second] = [path.join(folder.path, "a.img"), path.join(folder.path, "b.img")];
  await writeConfigVolume(volume, tools, first);
  const umask = process.umask(0o077);
  process.env["TZ"] = "Asia/Tokyo";
  await writeConfigVolume({ ...volume, authorizedKeys: { admin: [key, key], root: [key] } }, tools, second);
  process.umask(umask);
  const digest = (file: string): string => createHash("sha256").update(fs.readFileSync(file)).digest("hex");
  expect(digest(second)).toBe(digest(first));
});

test("a bad document is refused with every bad field", () => {
  const config = structuredClone(volume.config);
  config.icos_settings.mgmt_mac = "nobody";
  config.icos_settings.nns_urls = ["not a url"];
  expect(() => configFiles({ ...volume, config })).toThrow(/2 problems[\s\S]*icos_settings\.mgmt_mac[\s\S]*icos_settings\.nns_urls\.0/);
});
