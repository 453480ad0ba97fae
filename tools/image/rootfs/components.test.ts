import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { writeTarFile } from "../tar/archive.ts";
import { Accounts } from "./accounts.ts";
import { addComponents, resolveOwners } from "./components.ts";
import { addKernelModules } from "./kernel-modules.ts";
import { mergePackages } from "./merge.ts";
import { fakePackage, file, folder, recipeOf, treeOf } from "./testing.ts";

let scratch = "";
let source = "";
beforeAll(() => {
  scratch = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? os.tmpdir(), "components-"));
  source = path.join(scratch, "source");
  fs.writeFileSync(source, "component");
  // The mode of the source must not matter: Bazel does not keep it.
  fs.chmodSync(source, 0o755);
});
afterAll(() => fs.rmSync(scratch, { recursive: true }));

test("a component overrides a package's file, and nothing overrides it", () => {
  const tree = treeOf({ "etc/motd": "package" });
  addComponents(tree, recipeOf({ files: [{ label: "//c:motd", source, spec: "/etc/motd:0640" }] }));
  expect(tree.text("etc/motd")).toBe("component");
  expect(tree.get("etc/motd")!.mode).toBe(0o640);
  tree.file("etc/motd", "default");
  tree.symlink("etc/motd", "elsewhere");
  expect(tree.text("etc/motd")).toBe("component");
});

test("files land on merged /usr", () => {
  const tree = treeOf({});
  addComponents(tree, recipeOf({ files: [{ label: "//c:x", source, spec: "/sbin/x:0755" }] }));
  expect(tree.has("usr/sbin/x")).toBe(true);
});

test("bad specs, double paths and files over folders are all reported", () => {
  const recipe = recipeOf({
    files: [
      { label: "//c:a", source, spec: "/etc/a:0644" },
      { label: "//c:b", source, spec: "/etc/a:0644" },
      { label: "//c:c", source, spec: "etc/c:0644" },
      { label: "//c:d", source, spec: "/etc/d:0644" },
    ],
    directories: ["/etc/e"],
    symlinks: { "/etc/../f": "x" },
  });
  const tree = mergePackages([fakePackage("p", [folder("etc/d")])]);
  expect(() => addComponents(tree, recipe)).toThrow(
    [
      "//test:rootfs: component files: 5 problems",
      "  - /etc/a is given by //c:a and by //c:b",
      '  - files[//c:c]: expected "/path:0644" or "/path:0644:user:group", got "etc/c:0644"',
      "  - //c:d: /etc/d is a folder of p",
      '  - directories: expected "/path:0644" or "/path:0644:user:group", got "/etc/e"',
      '  - symlinks: expected an absolute path without ".", ".." or empty parts, got "/etc/../f"',
    ].join("\n"),
  );
});

test("owners are numbers or names; unknown names are reported", () => {
  const tree = treeOf({});
  const accounts = new Accounts();
  accounts.users.set("app", { name: "app", uid: 900, gid: 901, comment: "", home: "", shell: "", password: "" });
  resolveOwners(addComponents(tree, recipeOf({ directories: ["/srv/a:0750:app:12"] })), accounts, "//test:rootfs");
  expect(tree.get("srv/a")).toMatchObject({ uid: 900, gid: 12, mode: 0o750 });
  expect(() =>
    resolveOwners(addComponents(tree, recipeOf({ directories: ["/srv/b:0750:nobody:app"] })), accounts, "//test:rootfs"),
  ).toThrow("//test:rootfs: owners of component files: 2 problems\n  - /srv/b: no user nobody\n  - /srv/b: no group app");
});

test("modules that the index does not list are dropped with their folders", async () => {
  const modules = "usr/lib/modules/6.1";
  const index = path.join(scratch, "modules.tar");
  await writeTarFile(index, [file(`${modules}/modules.dep`, "kernel/a/kept.ko.xz: kernel/b/needed.ko.xz\nkernel/b/needed.ko.xz:\n")]);
  const tree = treeOf({
    [`${modules}/kernel/a/kept.ko.xz`]: "",
    [`${modules}/kernel/b/needed.ko.xz`]: "",
    [`${modules}/kernel/c/dropped.ko.xz`]: "",
    [`${modules}/modules.order`]: "",
  });
  tree.addMissingParents();
  addKernelModules(tree, index);
  expect(tree.below(modules).map((at) => at.slice(modules.length + 1))).toEqual([
    "kernel",
    "kernel/a",
    "kernel/a/kept.ko.xz",
    "kernel/b",
    "kernel/b/needed.ko.xz",
    "modules.dep",
    "modules.order",
  ]);
});
