import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createLog } from "../lib/log.ts";
import { deployTo } from "./deployment.ts";
import { parseRegistry, type Registry } from "./registry.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPqn6l5QDG7y8SyoV5dW0nT9qF4BqgGJpFmEfIu6u3Bq someone";
const everywhere = { ipv4: ["0.0.0.0/0"], ipv6: ["::/0"] };
const config = { ssh_prefixes: everywhere, node_prefixes: everywhere };
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "deployment-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const registry = (content: object): Registry => parseRegistry(JSON.stringify(content), "test");
const deployed = (name: string): string => fs.readFileSync(path.join(folder, name), "utf8");

test("keys and rules are written where the OS looks for them", async () => {
  const deployment = deployTo(folder, config, createLog("test", () => {}));
  await deployment.apply(registry({ version: 1, ssh_keys: { backup: [], readonly: [key] }, firewall: { rules: [{ action: "deny", ipv4_prefixes: ["1.2.3.0/24"], ports: [8080] }] } }));
  expect(deployed("ssh-keys/readonly")).toBe(`${key}\n`);
  expect(deployed("ssh-keys/backup")).toBe("");
  expect(deployed("nftables-ruleset/nftables.conf")).toContain("ip saddr 1.2.3.0/24 tcp dport 8080 drop");
  expect(deployment.status()).toEqual({ registryVersion: 1, sshKeys: { backup: 0, readonly: 1 }, firewallRules: 1 });
});

test("what the registry does not name is left as it is", async () => {
  const deployment = deployTo(folder, config, createLog("test", () => {}));
  await deployment.apply(registry({ version: 1 }));
  expect(fs.readdirSync(folder)).toEqual([]);
  expect(deployment.status()).toEqual({ registryVersion: 1, sshKeys: {}, firewallRules: null });
});

test("rules that are taken away again leave those of the configuration", async () => {
  const deployment = deployTo(folder, config, createLog("test", () => {}));
  await deployment.apply(registry({ version: 1, firewall: { rules: [{ action: "deny", ipv4_prefixes: ["1.2.3.0/24"], ports: [8080] }] } }));
  await deployment.apply(registry({ version: 2 }));
  expect(deployed("nftables-ruleset/nftables.conf")).not.toContain("1.2.3.0");
});

test("an unchanged file is not written again: nothing is reloaded", async () => {
  const lines: string[] = [];
  const content = { version: 1, ssh_keys: { readonly: [key] } };
  await deployTo(folder, config, createLog("test", () => {})).apply(registry(content));
  await deployTo(folder, config, createLog("test", (line) => lines.push(line))).apply(registry({ ...content, version: 2 }));
  expect(lines).toEqual([]);
});
