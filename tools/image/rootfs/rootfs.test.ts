import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { LayerPackage } from "../layer/read-layers.ts";
import { readRecipe } from "../tar/recipe.ts";
import { RootfsRecipe } from "./recipe.ts";
import { buildRootfs } from "./rootfs.ts";
import { fakePackage, file, recipeOf } from "./testing.ts";

let scratch = "";
beforeAll(() => {
  scratch = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? os.tmpdir(), "rootfs-"));
});
afterAll(() => fs.rmSync(scratch, { recursive: true }));

function written(name: string, content: object): string {
  const target = path.join(scratch, name);
  fs.writeFileSync(target, JSON.stringify(content));
  return target;
}

test("exclude drops packages' files, never a component's; boot files go elsewhere", () => {
  const recipe = recipeOf({
    tables: [written("table.json", {})],
    exclude: ["/usr/share"],
    files: [{ label: "//c:x", source: written("x", {}), spec: "/usr/share/own/x:0644" }],
  });
  const { root } = buildRootfs(recipe, [fakePackage("p", [file("usr/share/p/y", ""), file("boot/vmlinuz-6.1", ""), file("boot/own", "")])]);
  const paths = root.map((entry) => entry.path);
  expect(paths).toContain("usr/share/own/x");
  expect(paths).toContain("boot/own");
  expect(paths).not.toContain("usr/share/p/y");
  expect(paths).not.toContain("boot/vmlinuz-6.1");
});

test("a hard link has its file's permissions; one whose file is left out is reported", () => {
  const packages = [
    fakePackage("perl", [
      file("usr/bin/perl", "p", { mode: 0o755 }),
      file("usr/bin/perl5", "", { type: "hardlink", link: "usr/bin/perl" }),
    ]),
  ];
  const recipe = recipeOf({ tables: [written("table.json", {})] });
  expect(buildRootfs(recipe, packages).root.at(-1)).toMatchObject({ path: "usr/bin/perl5", type: "hardlink", mode: 0o755 });
  expect(() => buildRootfs({ ...recipe, exclude: ["/usr/bin/perl"] }, packages)).toThrow(
    "/usr/bin/perl5 of perl is a hard link to /usr/bin/perl, which is not in the image",
  );
});

test("journals are kept on disk where there is a journald to write them", () => {
  const table = { groups: { "systemd-journal": 999 } };
  const systemd = fakePackage("systemd", [file("usr/lib/sysusers.d/systemd-journal.conf", "g systemd-journal - -\n")]);
  const journal = (packages: readonly LayerPackage[]): unknown =>
    buildRootfs(recipeOf({ tables: [written("table.json", table)] }), packages).var.find(({ path }) => path === "log/journal");
  expect(journal([systemd])).toMatchObject({ type: "directory", mode: 0o2755, uid: 0, gid: 999 });
  expect(journal([fakePackage("other", [])])).toBeUndefined();
});

test("every wrong field of a recipe is named", () => {
  const recipe = written("recipe.json", {
    ...recipeOf({ layers: ["a"], tables: ["b"] }),
    hostname: "Not_a_host",
    unlistedUnits: "maybe",
    files: [{ label: "//c:x", source: 1, spec: "" }],
  });
  expect(() => readRecipe(RootfsRecipe, recipe)).toThrow(
    /recipe\.json: 3 problems\n {2}- files\.0\.source: .*\n {2}- unlistedUnits: .*\n {2}- hostname: expected a host name/,
  );
});
