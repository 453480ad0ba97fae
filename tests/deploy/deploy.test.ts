import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { archiveBytes } from "../../tools/image/archive/members.ts";
import { runfile } from "../../tools/lib/runfiles.ts";
import { waitFor } from "../../tools/vm/wait-for.ts";
import { LibvirtHost } from "./libvirt-host.ts";

const libvirt = new LibvirtHost();
const archive = path.join(libvirt.folder, "disk-img.tar.zst");
const key = path.join(libvirt.folder, "key.pub");
beforeAll(async () => {
  await libvirt.start();
  // Nothing that boots: QEMU and its firmware run.
  const disk = { name: "disk.img", bytes: 64 * 2 ** 20, pieces: [{ segments: [{ offset: 0, bytes: Buffer.alloc(65536, 7) }] }] };
  // As in `bazel run`: a runfile is a symbolic link.
  const built = path.join(libvirt.folder, "built.tar.zst");
  fs.writeFileSync(built, zlib.zstdCompressSync(archiveBytes([disk])));
  fs.symlinkSync(built, archive);
  fs.writeFileSync(key, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA test\n");
});
afterAll(() => libvirt.stop());

const host = { uri: libvirt.uri, network: "user", accelerator: "tcg", consoleLogs: "/state/logs" };
const node = { host: "here", vcpus: 1, memoryMiB: 512, diskGiB: 1 };
const small = { name: "small", hosts: { here: host }, nodes: { a: node, b: { ...node, ipv6: { address: "2001:db8::b/64", gateway: "2001:db8::1" } } } };

function run(inventory: object, ...flags: string[]): { status: number | null; stdout: string; stderr: string } {
  const file = path.join(libvirt.folder, "inventory.json");
  fs.writeFileSync(file, JSON.stringify(inventory));
  const virsh = libvirt.command("virsh").flatMap((word) => [`--virsh=${word}`]);
  return spawnSync(runfile(process.env["DEPLOY"]!), [file, "--image", archive, "--ssh-key", key, ...virsh, ...flags], { encoding: "utf8", env: { ...process.env, TMPDIR: libvirt.folder } });
}

test("nodes of an inventory run on their host, and are removed whole", async () => {
  const created = run(small);
  expect([created.status, created.stderr]).toEqual([0, expect.stringMatching(/uploading the image.*\n.*a runs on here\n.*b runs on here/s)]);
  const summary = JSON.parse(created.stdout);
  expect(summary).toMatchObject({ name: "small", nodes: [{ node: "a", domain: "small-a", state: "running", ipv6: null }, { node: "b", state: "running", ipv6: "2001:db8::b" }] });
  await waitFor("the firmware writes to the console", () => (fs.statSync(path.join(libvirt.folder, "logs/small-a.log"), { throwIfNoEntry: false })?.size ? true : undefined), { seconds: 120 });
  const xml = libvirt.must("dumpxml", "small-b");
  expect(xml).toMatch(/<target dev='vdb' bus='virtio'\/>\s*<readonly\/>/);
  expect(xml).toMatch(/<address type='pci' domain='0x0000' bus='0x01'/);
  expect(libvirt.must("vol-dumpxml", "--pool", "default", "small-a-disk.qcow2")).toMatch(/<capacity unit='bytes'>1073741824<[^]*<backingStore>\s*<path>\/state\/pool\/icos-image-[0-9a-f]{16}\.qcow2</);

  const again = run(small);
  expect([again.status, again.stderr]).toEqual([3, expect.stringMatching(/nothing was started: 2 problems\n.*domain small-a is there already.*\n.*domain small-b is there already/)]);
  const another = run({ ...small, name: "other", nodes: { a: node } });
  expect([another.status, another.stderr.includes("uploading")]).toEqual([0, false]);

  const destroyed = run(small, "--destroy");
  expect([destroyed.status, destroyed.stderr]).toEqual([0, "small-a removed\nsmall-b removed\n"]);
  expect(libvirt.leftovers().sort()).toEqual([expect.stringMatching(/^icos-image-/), "other-a", "other-a-config.img", "other-a-disk.qcow2"]);
  expect(run({ ...small, name: "other", nodes: { a: node } }, "--destroy").status).toBe(0);
  expect(libvirt.leftovers()).toEqual([]);
});

test("a host behind qemu+ssh, with a real SSH server: the same, all the way", async () => {
  const uri = await libvirt.sshUri();
  const remote = { name: "remote", hosts: { there: { ...host, uri } }, nodes: { a: { ...node, host: "there" } } };
  const created = run(remote);
  expect([created.status, created.stderr]).toEqual([0, expect.stringMatching(/uploading the image.*\n.*a runs on there/s)]);
  // The domain is there for the one who does not come over SSH, too.
  expect(libvirt.must("list", "--name").trim()).toBe("remote-a");
  expect(JSON.parse(run(remote, "--status").stdout)).toMatchObject({ nodes: [{ node: "a", domain: "remote-a", state: "running" }] });
  const destroyed = run(remote, "--destroy");
  expect([destroyed.status, destroyed.stderr]).toEqual([0, "remote-a removed\n"]);
  expect(libvirt.leftovers()).toEqual([]);

  const stranger = run({ ...remote, hosts: { there: { ...host, uri: uri.replace("client_key", "host_key") } } });
  expect([stranger.status, stranger.stderr]).toEqual([3, expect.stringMatching(/host there: .*Permission denied/s)]);
});

test("every host is asked before anything starts", () => {
  const wrong = {
    ...small,
    hosts: { here: { ...host, accelerator: "kvm", pool: "fast", network: { network: "lan" } }, gone: { ...host, uri: "qemu:///session?socket=/nowhere" } },
    nodes: { a: { ...node, vcpus: 5000, memoryMiB: 2 ** 30 }, b: { ...node, host: "gone" } },
  };
  const checked = run(wrong, "--check");
  expect(checked.status).toBe(3);
  for (const problem of [/host here: it has no storage pool fast/, /host here: it has no network lan/, /host here: it has no KVM/, /wants 5000 processors/, /want 1073741824 MiB of memory/, /host gone: [^]*\/nowhere/]) {
    expect(checked.stderr).toMatch(problem);
  }
  expect(libvirt.leftovers()).toEqual([]);
  expect(run({ ...small, nodes: {} }).status).toBe(2);
});

test("a node that cannot start undoes the ones before it", () => {
  const failed = run({ ...small, hosts: { here: host, there: { ...host, uri: `${libvirt.uri}&x=1`, network: { bridge: "br-missing" } } }, nodes: { a: node, b: { ...node, host: "there" } } });
  expect([failed.status, failed.stderr]).toEqual([3, expect.stringMatching(/undoing what was done[^]*start small-b/)]);
  expect(libvirt.leftovers()).toEqual([]);
});

test("artifacts only: no host is asked", () => {
  const made = run({ ...small, hosts: { here: { ...host, uri: "qemu+ssh://nobody@nowhere.invalid/system" } } }, "-n", "--output", path.join(libvirt.folder, "made"));
  expect([made.status, made.stderr]).toEqual([0, expect.stringMatching(/made in .*: a-config\.img a-domain\.xml b-config\.img b-domain\.xml icos-image-[0-9a-f]{16}\.qcow2/)]);
});
