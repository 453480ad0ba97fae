import zlib from "node:zlib";
import { expect, test } from "@jest/globals";
import type { LayerPackage } from "../layer/read-layers.ts";
import { file } from "../deb/testing/make-deb.ts";
import { findKernel } from "./find-kernel.ts";
import { keepModules } from "./keep-modules.ts";
import { moduleName, ModuleGraph } from "./module-graph.ts";
import { readModuleInfo } from "./module-info.ts";

const dep = [
  "kernel/drivers/block/virtio_blk.ko.xz: kernel/drivers/virtio/virtio.ko.xz",
  "kernel/drivers/virtio/virtio.ko.xz:",
  "kernel/drivers/md/dm-verity.ko.xz: kernel/lib/reed_solomon.ko.xz kernel/drivers/md/dm-bufio.ko.xz kernel/drivers/md/dm-mod.ko.xz",
  "kernel/drivers/md/dm-bufio.ko.xz: kernel/drivers/md/dm-mod.ko.xz",
  "kernel/drivers/md/dm-mod.ko.xz:",
  "kernel/lib/reed_solomon.ko.xz:",
  "",
].join("\n");

const found = (name: string, ...entries: LayerPackage["entries"]): LayerPackage => ({
  name,
  control: "",
  fields: new Map(),
  postinst: "",
  entries,
});

test("names are those the kernel uses", () => {
  expect(moduleName("kernel/drivers/md/dm-verity.ko.xz")).toBe("dm_verity");
  expect(moduleName("virtio_blk")).toBe("virtio_blk");
  expect(new ModuleGraph(dep).find("dm_verity")).toBe("kernel/drivers/md/dm-verity.ko.xz");
});

test("modules load after what they need", () => {
  const graph = new ModuleGraph(dep);
  const order = graph.inLoadOrder([graph.find("dm_verity")!, graph.find("virtio_blk")!]).map(moduleName);
  expect(order).toEqual(["dm_mod", "dm_bufio", "reed_solomon", "dm_verity", "virtio", "virtio_blk"]);
});

const modules = new Map([
  ["kernel/fs/xfs/xfs.ko", fakeModule("depends=libcrc32c\0softdep=pre: crc32c\0name=xfs\0")],
  ["kernel/lib/libcrc32c.ko", fakeModule("depends=built-in-one\0")],
  ["kernel/crypto/crc32c.ko.gz", zlib.gzipSync(fakeModule("depends=\0"))],
  ["kernel/fs/ext4/ext4.ko", fakeModule("depends=mbcache,jbd2\0")],
]);

test("kept modules bring what they need, soft dependencies too, and nothing else", async () => {
  const kept = await keepModules(modules, [], ["kernel/fs/xfs"], "xz-is-not-needed");
  expect([...kept.keys()].sort()).toEqual(["kernel/crypto/crc32c.ko.gz", "kernel/fs/xfs/xfs.ko", "kernel/lib/libcrc32c.ko"]);
  expect(kept.get("kernel/crypto/crc32c.ko.gz")!.toString("latin1", 1, 4)).toBe("ELF");
  expect([...(await keepModules(modules, ["kernel/fs/fat/fat.ko"], ["libcrc32c", "kernel/fs/ext4/*", "fat"], "xz")).keys()].sort()).toEqual(
    ["kernel/fs/ext4/ext4.ko", "kernel/lib/libcrc32c.ko"],
  );
});

test("patterns that match nothing are all reported", async () => {
  await expect(keepModules(modules, [], ["kernel/fs/zfs", "nothing", "ext4"], "xz")).rejects.toThrow(
    "kernel modules: 2 problems\n  - keep_modules: kernel/fs/zfs matches no module\n  - keep_modules: nothing matches no module",
  );
});

test("a module without .modinfo needs nothing; what is no module is refused", () => {
  expect(readModuleInfo(fakeModule("depends=a,b\0softdep=pre: c d post: e\0"))).toEqual({ depends: ["a", "b"], softdeps: ["c", "d", "e"] });
  expect(() => readModuleInfo(Buffer.from("text"))).toThrow("expected a 64-bit ELF file");
});

test("one kernel is found with its modules", () => {
  const kernel = findKernel([
    found(
      "linux",
      file("boot/vmlinuz-6.1", "k"),
      file("usr/lib/modules/6.1/kernel/a.ko", "m"),
      file("usr/lib/modules/6.0/kernel/b.ko", "m"),
    ),
  ]);
  expect([kernel.release, kernel.vmlinuz.toString(), kernel.modules.map((entry) => entry.path)]).toEqual([
    "6.1",
    "k",
    ["usr/lib/modules/6.1/kernel/a.ko"],
  ]);
});

test("no kernel, and two, fail by name", () => {
  expect(() => findKernel([found("bash")])).toThrow("expected one kernel, got none");
  expect(() => findKernel([found("one", file("boot/vmlinuz-6.1", "")), found("two", file("boot/vmlinuz-6.2", ""))])).toThrow(
    "expected one kernel, got 2: 6.1 (one), 6.2 (two)",
  );
});

/** The smallest ELF file with a .modinfo section: elf(5). */
function fakeModule(modinfo: string): Buffer {
  const names = "\0.shstrtab\0.modinfo\0";
  const [namesAt, infoAt] = [64, 64 + names.length];
  const tableAt = infoAt + modinfo.length;
  const bytes = Buffer.alloc(tableAt + 3 * 64);
  bytes.write("\x7fELF\x02\x01", "latin1");
  bytes.writeBigUInt64LE(BigInt(tableAt), 40);
  bytes.writeUInt16LE(64, 58);
  bytes.writeUInt16LE(3, 60);
  bytes.writeUInt16LE(1, 62);
  bytes.write(names + modinfo, namesAt, "latin1");
  for (const [index, [name, offset, size]] of [
    [0, 0, 0],
    [1, namesAt, names.length],
    [11, infoAt, modinfo.length],
  ].entries()) {
    bytes.writeUInt32LE(name!, tableAt + index * 64);
    bytes.writeBigUInt64LE(BigInt(offset!), tableAt + index * 64 + 24);
    bytes.writeBigUInt64LE(BigInt(size!), tableAt + index * 64 + 32);
  }
  return bytes;
}
