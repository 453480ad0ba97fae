import path from "node:path/posix";
import { failOnProblems } from "../../lib/failure.ts";
import { presets } from "./presets.ts";
import type { Recipe } from "./recipe.ts";
import type { Tree } from "./tree.ts";
import { findUnits, type Unit } from "./unit-file.ts";

const FOLDER = "etc/systemd/system";

/** Enables and masks units by links, as `systemctl --root` does. Unknown units, and units that cannot be enabled, are all reported. */
export function enableUnits(tree: Tree, recipe: Pick<Recipe, "label" | "enable" | "disable" | "mask" | "unlistedUnits">): void {
  const units = findUnits(tree);
  const problems: string[] = [];
  const enabled = new Set<string>();
  const enable = (name: string, because: string): void => {
    if (enabled.has(name)) return;
    enabled.add(name);
    const unit = units.get(template(name)) ?? units.get(name);
    if (unit === undefined) problems.push(`${because}: no unit ${name}`);
    else problems.push(...linkUnit(tree, unit, name).map((problem) => `${because}: ${problem}`));
    for (const also of unit?.install.Also ?? []) {
      // Also= may name units that need no links, or that another package would bring: systemctl is silent about both.
      const other = units.get(template(also));
      if (other !== undefined && isInstallable(other) && !recipe.disable.includes(also)) enable(also, `Also= of ${name}`);
    }
  };
  for (const name of recipe.enable) enable(name, "enable");
  if (recipe.unlistedUnits === "preset") {
    const wanted = presets(tree);
    const listed = new Set([...recipe.enable, ...recipe.disable, ...recipe.mask]);
    for (const unit of units.values())
      if (!listed.has(unit.name) && isInstallable(unit) && instanceOf(unit, unit.name) !== undefined && wanted(unit.name))
        enable(unit.name, "preset");
  }
  problems.push(...recipe.disable.filter((name) => !units.has(template(name))).map((name) => `disable: no unit ${name}`));
  for (const listed of recipe.mask) {
    // As with paths in unit files, "-" in front means: only if it is there.
    const name = listed.replace(/^-/, "");
    if (!units.has(name) && !units.has(template(name)) && !isAlias(tree, name)) {
      if (name === listed) problems.push(`mask: no unit ${name} (write "-${name}" to mask it only where it exists)`);
    } else if (units.get(name)?.file.startsWith(`${FOLDER}/`) === true)
      problems.push(`mask: ${name} is a component's own file; leave the file out instead`);
    else tree.symlink(`${FOLDER}/${name}`, "/dev/null");
  }
  failOnProblems(`${recipe.label}: systemd units`, problems);
}

/** Makes the links of a unit's [Install] section; problems are returned. */
function linkUnit(tree: Tree, unit: Unit, name: string): string[] {
  if (!isInstallable(unit))
    return [`${unit.name} has no [Install] section with WantedBy=, RequiredBy= or Alias=: it starts only when another unit wants it`];
  const instance = instanceOf(unit, name);
  if (instance === undefined)
    return [`${unit.name} is a template without DefaultInstance=: name an instance, as in ${unit.name.replace("@.", "@NAME.")}`];
  const expand = (text: string): string =>
    text.replaceAll("%i", instance).replaceAll("%I", instance).replaceAll("%p", prefixOf(unit.name)).replaceAll("%n", name);
  const installed = unit.name.replace("@.", `@${instance}.`);
  const { WantedBy, RequiredBy, UpheldBy, Alias } = unit.install;
  for (const [others, ending] of [
    [WantedBy, "wants"],
    [RequiredBy, "requires"],
    [UpheldBy, "upholds"],
  ] as const) {
    for (const other of others) tree.symlink(`${FOLDER}/${expand(other)}.${ending}/${installed}`, `/${unit.file}`);
  }
  for (const alias of Alias) tree.symlink(`${FOLDER}/${expand(alias)}`, `/${unit.file}`);
  return [];
}

function isInstallable({ install }: Unit): boolean {
  return install.WantedBy.length + install.RequiredBy.length + install.UpheldBy.length + install.Alias.length > 0;
}

/** `getty@tty1.service` as `getty@.service`. */
function template(name: string): string {
  return name.replace(/@[^.]*(?=\.)/, "@");
}

/** What stands after the @: given in the name, else DefaultInstance=. Empty for a unit that is no template. */
function instanceOf(unit: Unit, name: string): string | undefined {
  if (!unit.name.includes("@.")) return "";
  return /@([^.]+)\./.exec(name)?.[1] ?? unit.install.DefaultInstance[0];
}

function prefixOf(name: string): string {
  return path.basename(name, path.extname(name)).replace(/@.*$/, "");
}

/** A unit name that a package gives by a link, such as dbus-org.freedesktop.hostname1.service. */
function isAlias(tree: Tree, name: string): boolean {
  return tree.has(`usr/lib/systemd/system/${name}`);
}
