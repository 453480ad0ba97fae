import { expect, test } from "@jest/globals";
import type { LayerPackage } from "../layer/read-layers.ts";
import { file } from "../deb/testing/make-deb.ts";
import { findKernel } from "./find-kernel.ts";
import { keptModules } from "./keep-modules.ts";
import { moduleName, ModuleGraph } from "./module-graph.ts";

const dep = [
  "kernel/drivers/block/virtio_blk.ko.xz: kernel/drivers/virtio/virtio.ko.xz",
  "kernel/drivers/virtio/virtio.ko.xz:",
  "kernel/drivers/md/dm-verity.ko.xz: kernel/lib/reed_solomon.ko.xz kernel/drivers/md/dm-bufio.ko.xz kernel/drivers/md/dm-mod.ko.xz",
  "kernel/drivers/md/dm-bufio.ko.xz: kernel/drivers/md/dm-mod.ko.xz",
  "kernel/drivers/md/dm-mod.ko.xz:",
  "kernel/lib/reed_solomon.ko.xz:",
  "",
].join("\n");

const found = (name: string, ...entries: LayerPackage["entries"]): LayerPackage => ({ name, control: "", fields: new Map(), postinst: "", entries });

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

test("kept modules bring what they need; a pattern without match fails", () => {
  const graph = new ModuleGraph(dep);
  expect([...keptModules(graph, ["kernel/drivers/block"])].map(moduleName)).toEqual(["virtio", "virtio_blk"]);
  expect([...keptModules(graph, ["dm-bufio"])].map(moduleName)).toEqual(["dm_mod", "dm_bufio"]);
  expect(keptModules(graph, []).size).toBe(6);
  expect(() => keptModules(graph, ["kernel/fs/xfs", "nothing", "virtio"])).toThrow("kernel modules: 2 problems\n  - keep_modules: kernel/fs/xfs matches no module\n  - keep_modules: nothing matches no module");
});

test("one kernel is found with its modules", () => {
  const kernel = findKernel([found("linux", file("boot/vmlinuz-6.1", "k"), file("usr/lib/modules/6.1/kernel/a.ko", "m"), file("usr/lib/modules/6.0/kernel/b.ko", "m"))]);
  expect([kernel.release, kernel.vmlinuz.toString(), kernel.modules.map((entry) => entry.path)]).toEqual(["6.1", "k", ["usr/lib/modules/6.1/kernel/a.ko"]]);
});

test("no kernel, and two, fail by name", () => {
  expect(() => findKernel([found("bash")])).toThrow("expected one kernel, got none");
  expect(() => findKernel([found("one", file("boot/vmlinuz-6.1", "")), found("two", file("boot/vmlinuz-6.2", ""))])).toThrow("expected one kernel, got 2: 6.1 (one), 6.2 (two)");
});
