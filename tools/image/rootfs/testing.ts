import { file, folder, symlink } from "../deb/testing/make-deb.ts";
import { parseControl } from "../deb/control.ts";
import type { LayerPackage } from "../layer/read-layers.ts";
import type { TarEntry } from "../tar/entry.ts";
import { mergePackages } from "./merge.ts";
import type { Recipe } from "./recipe.ts";
import type { AccountTable } from "./table.ts";
import type { Tree } from "./tree.ts";

/** A made-up package as a layer gives it. */
export function fakePackage(name: string, entries: TarEntry[], more: { postinst?: string; control?: string } = {}): LayerPackage {
  const control = `Package: ${name}\nVersion: 1.0\nArchitecture: amd64\n${more.control ?? ""}`;
  return { name, control, fields: parseControl(control), postinst: more.postinst ?? "", entries };
}

/** A tree of one package with these files: path to text. */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  return mergePackages([
    fakePackage(
      "sample",
      Object.entries(files).map(([path, text]) => file(path, text)),
    ),
  ]);
}

/** A table with nothing in it but what is given. */
export function tableOf(table: Partial<AccountTable>): AccountTable {
  return { users: {}, groups: {}, packages: {}, sources: ["table.json"], ...table };
}

/** A recipe with nothing in it but what is given. */
export function recipeOf(recipe: Partial<Recipe>): Recipe {
  return {
    label: "//test:rootfs",
    layers: [],
    kernelModules: "",
    tables: [],
    files: [],
    symlinks: {},
    directories: [],
    enable: [],
    disable: [],
    mask: [],
    unlistedUnits: "disable",
    exclude: [],
    rootPasswordHash: "",
    hostname: "guest",
    ...recipe,
  };
}

export { file, folder, symlink };
