import { expect, test } from "@jest/globals";
import { publicKeys } from "./authorized-keys.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBYEPoSDsdLvRuIrqpV6zvsgLIDgOZ0l0bCF3YpRkZQA";

test("one key a line, comments and empty lines left out", () => {
  expect(publicKeys(`# mine\n\n${key} me@here\n  ${key}\n`, "keys")).toEqual([`${key} me@here`, key]);
});

test.each([
  ["-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n", "expected a public key, got a private key"],
  ["hello\n", 'expected a line "TYPE BASE64 [COMMENT]" of an SSH public key, got "hello"'],
  ["# nothing\n", "holds no public key"],
])("%j is refused", (text, message) => {
  expect(() => publicKeys(text, "id.pub")).toThrow(`id.pub: ${message}`);
});
