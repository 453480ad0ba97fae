import { expect, test } from "@jest/globals";
import { mergePackages } from "./merge.ts";
import { fakePackage, file, folder, symlink } from "./testing.ts";

test("packages share folders and equal files", () => {
  const tree = mergePackages([
    fakePackage("a", [folder("etc", 0o755), file("etc/same", "x")]),
    fakePackage("b", [folder("etc", 0o755), file("etc/same", "x"), file("etc/own", "y")]),
  ]);
  expect(tree.get("etc/same")!.origin.name).toBe("a");
  expect(tree.text("etc/own")).toBe("y");
});

test("all conflicts are reported together, with both owners", () => {
  const packages = [
    fakePackage("a", [file("usr/bin/x", "1"), file("usr/bin/mode", "", { mode: 0o755 }), symlink("usr/lib/l", "one"), file("etc/d", "")]),
    fakePackage("b", [file("usr/bin/x", "2"), file("usr/bin/mode", "", { mode: 0o4755 }), symlink("usr/lib/l", "two"), folder("etc/d")]),
  ];
  const message = [
    "packages own the same path: 4 problems",
    "  - /usr/bin/x: a file (0644) in a, a file (0644) in b",
    "  - /usr/bin/mode: a file (0755) in a, a file (4755) in b",
    "  - /usr/lib/l: a symlink to one in a, a symlink to two in b",
    "  - /etc/d: a file (0644) in a, a directory (0755) in b",
  ].join("\n");
  expect(() => mergePackages(packages)).toThrow(message);
});

test.each([[["a", "b"]], [["b", "a"]]])("a package that replaces another wins, in the order %s", (order) => {
  const packages = {
    a: fakePackage("a", [file("usr/x", "old")]),
    b: fakePackage("b", [file("usr/x", "new")], { control: "Replaces: z, a (<< 2) | y\n" }),
  };
  expect(mergePackages(order.map((name) => packages[name as "a" | "b"])).text("usr/x")).toBe("new");
});

// base-files of Debian 13 ships the links, libc6 and klibc ship folders of the same names.
test("a folder never takes the place of the merged-/usr links", () => {
  const tree = mergePackages([
    fakePackage("libc6", [folder("lib64"), file("usr/lib64/ld.so", "l")]),
    fakePackage("base-files", [symlink("lib64", "usr/lib64"), folder("bin")]),
  ]);
  expect(tree.get("lib64")).toMatchObject({ type: "symlink", link: "usr/lib64" });
  expect(tree.get("bin")).toMatchObject({ type: "symlink", link: "usr/bin" });
  expect(tree.text("lib64/ld.so")).toBe("l");
});
