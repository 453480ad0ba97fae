import { failOnProblems } from "../../lib/failure.ts";
import { excluder } from "../layer/exclude.ts";
import type { LayerPackage } from "../layer/read-layers.ts";
import { archiveOrder } from "../tar/archive.ts";
import type { TarEntry } from "../tar/entry.ts";
import { baseAccounts, writeAccounts } from "./accounts.ts";
import { addAlternatives } from "./alternatives.ts";
import { addBaseFiles } from "./base-files.ts";
import { addCertificates } from "./certificates.ts";
import { addComponents, resolveOwners } from "./components.ts";
import { addDpkgDatabase } from "./dpkg.ts";
import { addKernelModules } from "./kernel-modules.ts";
import { mergePackages } from "./merge.ts";
import { addNameServices } from "./name-services.ts";
import { applyPackageEffects, checkReviewed } from "./package-effects.ts";
import { addPamStacks } from "./pam.ts";
import type { Recipe } from "./recipe.ts";
import { addShells } from "./shells.ts";
import { addSystemUsers } from "./sysusers.ts";
import { enableUnits } from "./systemd-units.ts";
import { readTables } from "./table.ts";
import { applyTmpfiles } from "./tmpfiles.ts";
import type { Tree } from "./tree.ts";
import { splitVar } from "./var.ts";

/** The two archives of a root file system. */
export interface Rootfs {
  /** The read-only root, in archive order. */
  root: TarEntry[];
  /** First content of /var, in archive order. */
  var: TarEntry[];
}

/** Merges packages and components into a root file system and does, from declarations, what the packages' maintainer scripts would do. */
export function buildRootfs(recipe: Recipe, packages: readonly LayerPackage[]): Rootfs {
  const table = readTables(recipe.tables);
  checkReviewed(table, packages);
  const tree = mergePackages(packages);
  if (recipe.kernelModules !== "") addKernelModules(tree, recipe.kernelModules);
  const components = addComponents(tree, recipe);

  const accounts = baseAccounts(tree);
  addSystemUsers(
    tree,
    accounts,
    table,
    packages.map(({ name }) => name),
  );
  resolveOwners(components, accounts, recipe.label);
  writeAccounts(tree, accounts, recipe.rootPasswordHash);

  addBaseFiles(tree, accounts, recipe);
  applyPackageEffects(tree, accounts, table, packages);
  addAlternatives(tree, packages);
  addNameServices(tree, packages);
  addShells(tree);
  addPamStacks(tree);
  addCertificates(tree);
  applyTmpfiles(tree, accounts);
  enableUnits(tree, recipe);

  dropBootFiles(tree);
  drop(tree, excluder(recipe.exclude));
  addDpkgDatabase(tree, packages);
  const varEntries = splitVar(tree);
  return { root: archiveOrder(checkedLinks(tree)), var: archiveOrder(varEntries) };
}

/** The kernel, its initrd and their companions lie on the boot file system. */
function dropBootFiles(tree: Tree): void {
  drop(tree, (path) => /^boot\/(?:vmlinuz|initrd\.img|System\.map|config)-/.test(path));
}

/** Removes packages' and tools' paths; components were asked for by name. */
function drop(tree: Tree, excluded: (path: string) => boolean): void {
  for (const node of [...tree.nodes()]) if (node.origin.kind !== "component" && excluded(node.path)) tree.delete(node.path);
}

/** Entries with hard links checked: each must name a file that is still there, and has that file's permissions. */
function checkedLinks(tree: Tree): TarEntry[] {
  const problems: string[] = [];
  const entries = [...tree.nodes()].map(({ origin, ...entry }) => {
    if (entry.type !== "hardlink") return entry;
    const target = tree.get(entry.link);
    if (target?.type !== "file")
      problems.push(`/${entry.path} of ${origin.name} is a hard link to /${entry.link}, which is not in the image`);
    return { ...entry, mode: target?.mode ?? entry.mode, uid: target?.uid ?? 0, gid: target?.gid ?? 0 };
  });
  failOnProblems("hard links", problems, { hint: "exclude both names or neither" });
  return entries;
}
