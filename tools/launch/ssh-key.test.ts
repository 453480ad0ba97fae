import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { ExitCode } from "../lib/failure.ts";
import { scratchFolder } from "../lib/atomic.ts";
import { findUserKey, launchKeys } from "./ssh-key.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBYEPoSDsdLvRuIrqpV6zvsgLIDgOZ0l0bCF3YpRkZQA";

// In ssh-keygen's place: writes both files beside the name after -f.
const fakeKeygen = `#!/bin/sh\nwhile [ "$1" != -f ]; do shift; done\necho private > "$2"\necho '${key} throw-away' > "$2.pub"\n`;

function setUp(folder: string): { home: string; state: string; keygen: string } {
  const [home, state, keygen] = [path.join(folder, "home"), path.join(folder, "state"), path.join(folder, "keygen")];
  fs.mkdirSync(path.join(home, ".ssh"), { recursive: true });
  fs.mkdirSync(state);
  fs.writeFileSync(keygen, fakeKeygen, { mode: 0o755 });
  return { home, state, keygen };
}

test("the usual keys are found in ssh's order", () => {
  using folder = scratchFolder("keys");
  const { home } = setUp(folder.path);
  expect(findUserKey(undefined, home)).toBeUndefined();
  fs.writeFileSync(path.join(home, ".ssh/id_rsa.pub"), "");
  fs.writeFileSync(path.join(home, ".ssh/id_ed25519.pub"), "");
  expect(findUserKey(undefined, home)).toBe(path.join(home, ".ssh/id_ed25519.pub"));
});

test("a private key that was named stands for the public one beside it; a missing one is said", () => {
  using folder = scratchFolder("keys");
  fs.writeFileSync(path.join(folder.path, "mine.pub"), key);
  expect(findUserKey(path.join(folder.path, "mine"))).toBe(path.join(folder.path, "mine.pub"));
  expect(() => findUserKey(path.join(folder.path, "other.pub"))).toThrow(expect.objectContaining({ exitCode: ExitCode.usage, hint: expect.stringContaining("ssh-keygen") }));
});

test("without a user's key the throw-away one opens the guest and is named", async () => {
  using folder = scratchFolder("keys");
  const { state, keygen } = setUp(folder.path);
  const own = path.join(state, "ssh_key");
  expect(await launchKeys(undefined, state, keygen)).toEqual({ authorized: [`${key} throw-away`], ownKey: own, identity: own, origin: `throw-away key ${own}` });
});

test("a user's key is let in beside it, and the SSH line names its private part", async () => {
  using folder = scratchFolder("keys");
  const { state, keygen } = setUp(folder.path);
  const mine = path.join(folder.path, "mine");
  fs.writeFileSync(mine, "private");
  fs.writeFileSync(`${mine}.pub`, `${key} me`);
  const keys = await launchKeys(`${mine}.pub`, state, keygen);
  expect(keys).toMatchObject({ authorized: [`${key} me`, `${key} throw-away`], identity: mine, origin: `${mine}.pub` });
});
