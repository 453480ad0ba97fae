import { spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ConsoleLog } from "../../tools/vm/console-log.ts";
import { startGuardian } from "../../tools/vm/guardian.ts";
import { identify } from "../../tools/vm/process-identity.ts";
import { writeGuestDisk } from "../../tools/vm/testing/guest-disk.ts";
import { testConfig } from "../../tools/vm/testing/test-config.ts";

// No driver here: what the README promises is that this very command line works.
const { tools, manifests } = testConfig();
const folder = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "raw-"));
const console = new ConsoleLog(path.join(folder, "console.log"));
const guardian = startGuardian();
let qemu: ChildProcess;
let ended: Promise<number | null>;

beforeAll(() => {
  writeGuestDisk(manifests.get("dev")!, path.join(folder, "disk.img"));
  guardian.remove(folder);
  const args = ["-nographic", "-m", "4G", "-bios", tools.firmware, "-drive", "file=disk.img,format=raw,if=virtio"];
  const output = fs.openSync(console.file, "w");
  qemu = spawn(tools.qemuSystem, args, { cwd: folder, stdio: ["pipe", output, output] });
  guardian.guard(identify(qemu.pid!)!);
  ended = new Promise((resolve) => qemu.once("exit", resolve));
});

afterAll(() => {
  const outputs = process.env["TEST_UNDECLARED_OUTPUTS_DIR"];
  if (outputs !== undefined) fs.copyFileSync(console.file, path.join(outputs, "raw.console.log"));
  guardian.act();
});

const type = (text: string): void => void qemu.stdin!.write(text);

test("the README's command line boots to a login prompt", async () => {
  await console.waitFor(/login: $/, 400);
});

test("root with password root logs in on the console", async () => {
  type("root\r");
  await console.waitFor(/Password: $/, 120);
  type("root\r");
  await console.waitFor(/# $/, 120);
  type("echo uid=$(id -u) root=$(findmnt -no SOURCE /)\r");
  await console.waitFor(/uid=0 root=\/dev\/mapper\/vroot/, 60);
});

test("a wrong password does not", async () => {
  type("exit\r");
  await console.waitFor(/uid=0[\s\S]*login: $/, 120);
  type("root\r");
  await console.waitFor(/login: root\s+Password: $/, 120);
  type("toor\r");
  await console.waitFor(/Login incorrect/, 120);
});

test("Ctrl-A x ends it", async () => {
  type("\u0001x");
  expect(await ended).toBe(0);
});
