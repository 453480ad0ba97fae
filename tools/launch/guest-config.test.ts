import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { localGuestConfig } from "../config/guestos-config.ts";
import { scratchFolder } from "../lib/atomic.ts";
import { guestVolume, readGuestConfig } from "./guest-config.ts";

const name = (guest: ReturnType<typeof readGuestConfig>): unknown => guestVolume(guest, "guestos-dev-1", []).config.guestos_settings.guestos_dev_settings.hostname;

test("without flags: a local guest of the launcher's name", () => {
  const guest = readGuestConfig({ configLayout: "files" });
  expect(guestVolume(guest, "guestos-dev-1", ["key"])).toEqual({ config: localGuestConfig({ hostname: "guestos-dev-1" }), authorizedKeys: { admin: ["key"], root: ["key"] }, injected: {} });
});

test("the user's document: its name unless a flag gives one, and logins", () => {
  using folder = scratchFolder("guest-config");
  const document = localGuestConfig({ hostname: "mine" });
  document.icos_settings.use_ssh_authorized_keys = false;
  const config = path.join(folder.path, "config.json");
  fs.writeFileSync(config, JSON.stringify(document));
  const guest = readGuestConfig({ config, configLayout: "tar" });
  expect([name(guest), name(readGuestConfig({ config, hostname: "other", configLayout: "tar" }))]).toEqual(["mine", "other"]);
  expect(guestVolume(guest, "vm", []).config.icos_settings.use_ssh_authorized_keys).toBe(true);
});

test("what is wrong shows before anything is started", () => {
  using folder = scratchFolder("guest-config");
  const config = path.join(folder.path, "config.json");
  fs.writeFileSync(config, "{}");
  expect(() => readGuestConfig({ config, configLayout: "files" })).toThrow("4 problems");
  expect(() => readGuestConfig({ hostname: "-bad", configLayout: "files" })).toThrow('guestos_settings.guestos_dev_settings.hostname: expected 1 to 63 letters, digits or hyphens, first and last no hyphen, got "-bad"');
  expect(() => readGuestConfig({ inject: [`ic_crypto=${folder.path}/none`], configLayout: "files" })).toThrow("no such file or directory");
});
