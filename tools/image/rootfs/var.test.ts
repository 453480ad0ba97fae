import { expect, test } from "@jest/globals";
import { mergePackages } from "./merge.ts";
import { fakePackage, file, folder, symlink } from "./testing.ts";
import { splitVar } from "./var.ts";

test("/var moves to the factory; the image keeps mount points and says how to fill them", () => {
  const tree = mergePackages([
    fakePackage("p", [
      folder("var"),
      folder("var/lib"),
      folder("var/lib/p", 0o750),
      file("var/lib/p/data", "d"),
      { ...file("var/lib/p/same", ""), type: "hardlink", link: "var/lib/p/data" },
      symlink("var/run", "/run"),
      folder("var/tmp", 0o1777),
    ]),
  ]);
  const entries = splitVar(tree);
  expect(tree.below("var")).toEqual(["var/lib", "var/run", "var/tmp"]);
  expect(tree.text("usr/share/factory/var/lib/p/data")).toBe("d");
  expect(tree.get("usr/share/factory/var/lib/p")!.mode).toBe(0o750);
  expect(tree.text("usr/lib/tmpfiles.d/00-var-from-image.conf")!.split("\n").slice(1)).toEqual([
    "C /var/lib 0755 0 0 - /usr/share/factory/var/lib",
    "L /var/run - - - - /run",
    "C /var/tmp 1777 0 0 - /usr/share/factory/var/tmp",
    "",
  ]);
  expect(entries.map(({ path, link }) => (link === "" ? path : `${path} -> ${link}`))).toEqual([
    "",
    "lib",
    "lib/p",
    "lib/p/data",
    "lib/p/same -> lib/p/data",
    "run -> /run",
    "tmp",
  ]);
  expect(tree.get("usr/share/factory/var/lib/p/same")!.link).toBe("usr/share/factory/var/lib/p/data");
});
