import { expect, test } from "@jest/globals";
import { header, jsonResult } from "./header.ts";
import type { VmRecord } from "./vm-record.ts";

const vm: VmRecord = {
  vm: "guestos-dev-1",
  family: "guestos-dev",
  label: "//dev:launch-local-vm",
  process: { pid: 42, startTime: "7" },
  accelerator: "tcg",
  sshPort: 2222,
  apiPort: 8080,
  user: "root",
  key: "/state/ssh_key",
  sshCommand: "ssh -p 2222 root@127.0.0.1",
  stateDir: "/state",
  consoleLog: "/state/console.log",
  runtimeFolder: "/run/vm",
  persistent: false,
  image: { label: "//dev:disk-img", sha256: "0123456789abcdef", version: "1.0" },
};

test("the header is five lines", () => {
  const disk = { file: "/state/disk.img", used: 153 * 2 ** 20, nominal: 50 * 2 ** 30 };
  expect(header(vm, { qemuVersion: "10.0.2", memoryMiB: 4096, cpus: 2, disk })).toEqual([
    "image  //dev:disk-img sha256 0123456789ab version 1.0",
    "disk   153 MiB of 50 GiB in /state/disk.img",
    "runs   tcg, QEMU 10.0.2, 4096 MiB, 2 cpus",
    "ssh    ssh -p 2222 root@127.0.0.1   api http://127.0.0.1:8080",
    "state  /state",
  ]);
});

test("--json says what scripts need", () => {
  expect(jsonResult(vm, { readySeconds: 42.5 })).toEqual({
    vm: "guestos-dev-1",
    label: "//dev:launch-local-vm",
    accelerator: "tcg",
    sshPort: 2222,
    apiPort: 8080,
    sshCommand: "ssh -p 2222 root@127.0.0.1",
    stateDir: "/state",
    consoleLog: "/state/console.log",
    pid: 42,
    image: { label: "//dev:disk-img", sha256: "0123456789abcdef", version: "1.0" },
    readySeconds: 42.5,
  });
});
