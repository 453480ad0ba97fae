import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { runfile } from "../../../tools/lib/runfiles.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPqn6l5QDG7y8SyoV5dW0nT9qF4BqgGJpFmEfIu6u3Bq someone";
let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "keys-"));
  for (const name of ["bin", "given", "kept"]) fs.mkdirSync(path.join(folder, name));
  const busybox = runfile(process.env["BUSYBOX"] ?? "");
  for (const applet of ["mkdir", "chmod", "head", "rm", "grep", "cut", "cmp", "sync", "mv", "stat"]) {
    fs.writeFileSync(path.join(folder, "bin", applet), `#!/bin/sh\nexec ${busybox} ${applet} "$@"\n`, { mode: 0o755 });
  }
  // Takes the orchestrator's rights: it may not read what is marked so.
  const setpriv = `#!/bin/sh
[ "$1 $2 $3" = "--reuid=ic-replica --regid=ic-replica --clear-groups" ] || exit 9
shift 3
for last; do :; done
[ ! -L "$last" ] || exit 1
exec "$@"
`;
  fs.writeFileSync(path.join(folder, "bin/setpriv"), setpriv, { mode: 0o755 });
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** Runs the script; what it said, and how it ended when it did not end well. */
function deploy(): string {
  const args = [runfile(process.env["SCRIPT"] ?? ""), path.join(folder, "given"), path.join(folder, "kept")];
  const { status, stdout, stderr } = spawnSync("/bin/sh", args, { encoding: "utf8", env: { PATH: path.join(folder, "bin") } });
  return stdout + stderr + (status === 0 ? "" : `exit ${status}\n`);
}

const give = (account: string, text: string): void => fs.writeFileSync(path.join(folder, "given", account), text);
const kept = (): Record<string, string> =>
  Object.fromEntries(fs.readdirSync(path.join(folder, "kept")).map((name) => [name, fs.readFileSync(path.join(folder, "kept", name), "utf8")]));

test("keys of the two accounts are taken, and of no other", () => {
  give("backup", `${key}\n`);
  give("readonly", `${key}\n${key} again\n`);
  give("root", `${key}\n`);
  expect(deploy()).toBe("deploy-ssh-keys: 1 keys for backup\ndeploy-ssh-keys: 2 keys for readonly\n");
  expect(kept()).toEqual({ backup: `${key}\n`, readonly: `${key}\n${key} again\n` });
});

test("an empty list takes all logins away; an account that is not there keeps its keys", () => {
  give("backup", `${key}\n`);
  give("readonly", `${key}\n`);
  deploy();
  give("backup", "");
  fs.rmSync(path.join(folder, "given/readonly"));
  expect(deploy()).toBe("deploy-ssh-keys: 0 keys for backup\n");
  expect(kept()).toEqual({ backup: "", readonly: `${key}\n` });
});

test("keys that did not change are not written again", () => {
  give("backup", `${key}\n`);
  deploy();
  expect(deploy()).toBe("");
});

test.each([
  ["options", `command="/bin/sh" ${key}\n`],
  ["another file's content", "root:x:0:0::/root:/bin/sh\n"],
  ["a line that is no key behind one that is", `${key}\n\nPermitRootLogin yes\n`],
])("%s is refused, and the old keys stay", (_, text) => {
  give("backup", `${key}\n`);
  deploy();
  give("backup", text);
  expect(deploy()).toMatch(/^<3>deploy-ssh-keys: the keys of backup stay as they are: line [12] of the new ones is no plain SSH public key\nexit 1\n$/);
  expect(kept()).toEqual({ backup: `${key}\n` });
});

test("a link is read with the orchestrator's rights, so it opens nothing", () => {
  give("secret", `${key}\n`);
  fs.symlinkSync(path.join(folder, "given/secret"), path.join(folder, "given/backup"));
  expect(deploy()).toBe("<3>deploy-ssh-keys: the keys of backup stay as they are: the new ones cannot be read or written\nexit 1\n");
  expect(kept()).toEqual({});
});

test("keys that come while others are taken are taken too", () => {
  give("readonly", `${key}\n`);
  const late = path.join(folder, "late");
  fs.writeFileSync(late, `${key}\n`);
  // The registry changes in the middle of a turn. Times of busybox's stat are in whole seconds.
  const busybox = runfile(process.env["BUSYBOX"] ?? "");
  const registry = `[ ! -e ${late} ] || { ${busybox} sleep 1; ${busybox} mv ${late} ${path.join(folder, "given/backup")}; }`;
  fs.writeFileSync(path.join(folder, "bin/cmp"), `#!/bin/sh\n${registry}\nexec ${busybox} cmp "$@"\n`, { mode: 0o755 });
  expect(deploy()).toBe("deploy-ssh-keys: 1 keys for readonly\ndeploy-ssh-keys: 1 keys for backup\n");
});
