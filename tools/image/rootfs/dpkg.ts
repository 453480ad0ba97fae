import type { LayerPackage } from "../layer/read-layers.ts";
import type { Tree } from "./tree.ts";

/** Where the package database lies: on the read-only part, since it describes exactly that; /var/lib/dpkg links to it. */
export const DPKG_DATABASE = "usr/share/dpkg-db";

/** Writes dpkg's database: status (`dpkg -l`, and what vulnerability scanners read) and the list of each package's files (`dpkg -L`, `dpkg -S`). */
export function addDpkgDatabase(tree: Tree, packages: readonly LayerPackage[]): void {
  for (const path of tree.below("var/lib/dpkg")) {
    const node = tree.get(path)!;
    tree.delete(path);
    tree.set({ ...node, path: `${DPKG_DATABASE}${path.slice("var/lib/dpkg".length)}` });
  }
  tree.delete("var/lib/dpkg");
  tree.symlink("var/lib/dpkg", `/${DPKG_DATABASE}`);
  for (const folder of ["info", "updates", "triggers"]) tree.directory(`${DPKG_DATABASE}/${folder}`);
  tree.file(
    `${DPKG_DATABASE}/status`,
    packages.map(({ control }) => `${control.trim().replace(/^Package: .*$/m, "$&\nStatus: install ok installed")}\n\n`).join(""),
  );
  tree.file(`${DPKG_DATABASE}/info/format`, "1\n");
  for (const { name, fields, entries } of packages) {
    const qualified = fields.get("Multi-Arch") === "same" ? `${name}:${fields.get("Architecture")}` : name;
    const paths = entries.filter(({ path }) => tree.has(path)).map(({ path }) => `/${path}\n`);
    tree.file(`${DPKG_DATABASE}/info/${qualified}.list`, `/.\n${paths.join("")}`);
  }
}
