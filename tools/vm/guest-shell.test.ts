import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ExitCode } from "../lib/failure.ts";
import { GuestShell } from "./guest-shell.ts";

// In ssh's place: runs the last argument here, as the guest would.
const localSsh = '#!/bin/sh\nfor last do :; done\nexec sh -c "$last"\n';

let folder = "";
let shell: GuestShell;
beforeAll(() => {
  folder = fs.mkdtempSync("/tmp/shell-test-");
  const ssh = path.join(folder, "ssh");
  fs.writeFileSync(ssh, localSsh, { mode: 0o755 });
  shell = new GuestShell("demo", { ssh, scp: "/nonexistent" }, { port: 1, user: "root", controlPath: path.join(folder, "control") });
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

test("gives what the command printed and its exit code, whatever it is", async () => {
  expect(await shell.exec("echo out; echo err >&2; exit 3")).toEqual({ exitCode: 3, stdout: "out", stderr: "err" });
});

test("feeds the command", async () => {
  expect((await shell.exec("cat", { stdin: "hello" })).stdout).toBe("hello");
});

test("a lost connection is not an exit code of the command", async () => {
  const lost = shell.exec("echo Connection refused >&2; exit 255");
  await expect(lost).rejects.toMatchObject({ message: "demo: no SSH connection: Connection refused", exitCode: ExitCode.guest });
});

test("a file of a guest elsewhere: scp wants brackets around an IPv6 address", async () => {
  const scp = path.join(folder, "scp");
  fs.writeFileSync(scp, '#!/bin/sh\nshift $(($# - 2))\necho "$@" >&2\nexit 1\n', { mode: 0o755 });
  const copy = (host: string): Promise<void> => new GuestShell("demo", { ssh: "/nonexistent", scp }, { host, port: 22, user: "admin", controlPath: "/nonexistent" }).copyTo("/f", "/g");
  await expect(copy("fd00::1")).rejects.toThrow("/f admin@[fd00::1]:/g");
  await expect(copy("farm.example.org")).rejects.toThrow("/f admin@farm.example.org:/g");
});

test("a command that takes too long is ended, fractions of a second included", async () => {
  await expect(shell.exec("exec sleep 60", { seconds: 0.1234567 })).rejects.toMatchObject({ message: "demo: not finished within 0.1234567 s: exec sleep 60", exitCode: ExitCode.timeout });
});
