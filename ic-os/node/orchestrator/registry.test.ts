import { expect, test } from "@jest/globals";
import { parseRegistry } from "./registry.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPqn6l5QDG7y8SyoV5dW0nT9qF4BqgGJpFmEfIu6u3Bq someone@example";

test("a registry with nothing but its version is whole, and unknown fields are left alone", () => {
  expect(parseRegistry('{"version": 3, "upgrades": {"later": true}}', "x")).toEqual({ version: 3, ssh_keys: {}, firewall: null, upgrade: null });
});

test("keys and rules are read", () => {
  const registry = parseRegistry(JSON.stringify({ version: 1, ssh_keys: { readonly: [key] }, firewall: { rules: [{ action: "allow", ipv6_prefixes: ["::/0"], ports: [22] }] } }), "x");
  expect(registry.ssh_keys).toEqual({ readonly: [key] });
  expect(registry.firewall?.rules[0]).toEqual({ action: "allow", ipv4_prefixes: [], ipv6_prefixes: ["::/0"], ports: [22], comment: "" });
});

test.each([
  ["options", `command="sh" ${key}`],
  ["no key of its type", "ssh-ed25519 AAAAB3NzaC1yc2EAAAADAQABAAABAQ"],
  ["two lines", `${key}\nssh-rsa AAAA`],
  ["a private key", "-----BEGIN OPENSSH PRIVATE KEY-----"],
])("a key with %s is refused", (_, bad) => {
  expect(() => parseRegistry(JSON.stringify({ version: 1, ssh_keys: { backup: [bad] } }), "file")).toThrow(/registry file: 1 problem\n {2}- ssh_keys\.backup\[0\]: expected "TYPE BASE64/);
});

test("an upgrade is read; a wrong one is refused by its fields", () => {
  const upgrade = { version: "v2", release_package_urls: ["http://[fd00::1]:8080/a.tar.zst"], release_package_sha256_hex: "0".repeat(64) };
  const read = (changes: object): unknown => parseRegistry(JSON.stringify({ version: 1, upgrade: { ...upgrade, ...changes } }), "file").upgrade;
  expect(read({})).toEqual({ ...upgrade, execute: true, allow_downgrade: false });
  expect(() => read({ release_package_urls: ["file:///etc/shadow"] })).toThrow("upgrade.release_package_urls[0]: expected an http(s) URL");
  expect(() => read({ release_package_urls: [] })).toThrow("upgrade.release_package_urls: ");
  expect(() => read({ release_package_sha256_hex: "../../../etc/passwd" })).toThrow("upgrade.release_package_sha256_hex: expected 64");
  expect(() => read({ version: "v2\nrm -rf" })).toThrow("upgrade.version: expected a version");
});

test("every bad field is named at once", () => {
  const rule = { action: "open", ipv4_prefixes: ["10.0.0.0/8; drop"], ports: [0], comment: 'x" accept' };
  try {
    parseRegistry(JSON.stringify({ version: -1, firewall: { rules: [rule] } }), "file");
    expect("no failure").toBe("");
  } catch (error) {
    const { message } = error as Error;
    expect(message).toContain("5 problems");
    for (const field of ["version", "rules[0].action", "rules[0].ipv4_prefixes[0]", "rules[0].ports[0]", "rules[0].comment"]) expect(message).toContain(field);
  }
});

test("a text that is no JSON is refused", () => {
  expect(() => parseRegistry("<html>", "http://x")).toThrow(/registry http:\/\/x: 1 problem\n {2}- \(the document\): .*expected object/);
});
