import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { probeAccelerator } from "./kvm.ts";
import { identify } from "./process-identity.ts";

// A program in QEMU's place that takes its command line and speaks its protocol. What it does with the guest is the test's choice.
// A real QEMU, and this machine's KVM, are tried in tests/vm.
const fakeQemu = (act: string): string => `#!${process.execPath}
const fs = require("node:fs"), net = require("node:net");
const value = (flag) => process.argv[process.argv.indexOf(flag) + 1];
const log = /logfile=([^,]*)/.exec(value("-chardev"))[1];
let status = "running";
${act}
net.createServer((socket) => {
  socket.write(JSON.stringify({ QMP: { version: { qemu: { major: 1, minor: 2, micro: 3 } } } }) + "\\n");
  socket.on("data", (data) => {
    for (const line of String(data).trim().split("\\n")) {
      const { execute, id } = JSON.parse(line);
      socket.write(JSON.stringify({ return: { status }, id }) + "\\n");
      if (execute === "quit") process.exit(0);
    }
  });
}).listen(value("-qmp").slice("unix:".length).split(",")[0]);
`;

let folder = "";
beforeAll(() => {
  folder = fs.mkdtempSync("/tmp/kvm-test-");
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

function tools(name: string, act: string): { qemuSystem: string; firmware: string } {
  const qemuSystem = path.join(folder, name);
  fs.writeFileSync(qemuSystem, fakeQemu(act), { mode: 0o755 });
  return { qemuSystem, firmware: "/none" };
}

test("a firmware that speaks: works", async () => {
  expect(await probeAccelerator(tools("speaks", 'fs.writeFileSync(log, "BdsDxe");'), "tcg")).toMatchObject({ works: true });
});

test("a guest that stops in the firmware: says how, with KVM's own words", async () => {
  const verdict = await probeAccelerator(tools("stops", 'status = "internal-error"; process.stderr.write("KVM internal error. Suberror: 1\\nRAX=0\\n");'), "tcg");
  expect(verdict).toMatchObject({ works: false, reason: "the guest stopped in the firmware (run state internal-error: KVM internal error. Suberror: 1)" });
});

test("a QEMU that gives up: says its last words", async () => {
  const verdict = await probeAccelerator(tools("gives-up", 'process.stderr.write("could not access KVM kernel module: Permission denied\\n"); process.exit(1);'), "tcg");
  expect(verdict).toMatchObject({ works: false, reason: "could not access KVM kernel module: Permission denied" });
});

test("a firmware that stays silent: not for ever", async () => {
  const verdict = await probeAccelerator(tools("silent", ""), "tcg", 0.2);
  expect(verdict).toMatchObject({ works: false, reason: "the firmware wrote nothing to the console within 0.2 s" });
});

test("nothing is left of a probe", async () => {
  await probeAccelerator(tools("traces", `fs.writeFileSync(${JSON.stringify(path.join(folder, "trace"))}, process.pid + " " + log); fs.writeFileSync(log, "x");`), "tcg");
  const [pid = "", log = ""] = fs.readFileSync(path.join(folder, "trace"), "utf8").split(" ");
  // Its zombie may still be listed: whoever reaps orphans in a sandbox takes its time.
  expect(identify(Number(pid))).toBeUndefined();
  expect(fs.existsSync(path.dirname(log))).toBe(false);
});
