import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { runfile } from "../../tools/lib/runfiles.ts";
import { ConsoleLog } from "../../tools/vm/console-log.ts";
import { LibvirtHost } from "./libvirt-host.ts";

const libvirt = new LibvirtHost();
beforeAll(() => libvirt.start());
afterAll(() => libvirt.stop());

function run(inventory: object, ...flags: string[]): { status: number | null; stderr: string } {
  const file = path.join(libvirt.folder, "inventory.json");
  fs.writeFileSync(file, JSON.stringify(inventory));
  const virsh = libvirt.command("virsh").flatMap((word) => [`--virsh=${word}`]);
  return spawnSync(runfile(process.env["DEPLOY"]!), [file, ...virsh, ...flags], { encoding: "utf8", env: { ...process.env, TMPDIR: libvirt.folder } });
}

test("a node that is deployed boots the image with the configuration of its inventory", async () => {
  const key = path.join(libvirt.folder, "key.pub");
  fs.writeFileSync(key, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA test\n");
  const host = { uri: await libvirt.sshUri(), network: "user", accelerator: "tcg", consoleLogs: "/state/logs" };
  const inventory = { name: "real", hosts: { there: host }, nodes: { a: { host: "there", vcpus: 1, memoryMiB: 2048, diskGiB: 50, ipv6: { address: "2001:db8::a/64", gateway: "2001:db8::1" } } } };
  const created = run(inventory, "--ssh-key", key);
  expect([created.status, created.stderr]).toEqual([0, expect.stringMatching(/a runs on there/)]);
  const console = new ConsoleLog(path.join(libvirt.folder, "logs/real-a.log"));
  try {
    // The name comes from the CONFIG volume, and a login is offered when the system is up.
    await console.waitFor(/real-a login: /, 600);
  } finally {
    const outputs = process.env["TEST_UNDECLARED_OUTPUTS_DIR"];
    if (outputs !== undefined && fs.existsSync(console.file)) fs.copyFileSync(console.file, path.join(outputs, "real-a.console.log"));
  }
  expect(console.text()).not.toMatch(/FAILED|no volume with the label/);
  expect(run(inventory, "--destroy")).toMatchObject({ status: 0 });
  expect(libvirt.leftovers()).toEqual([]);
});
