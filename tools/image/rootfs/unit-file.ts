import path from "node:path/posix";
import type { Tree } from "./tree.ts";

/** The [Install] section of a unit: systemd.unit(5). */
export interface Install {
  WantedBy: string[];
  RequiredBy: string[];
  UpheldBy: string[];
  Alias: string[];
  Also: string[];
  DefaultInstance: string[];
}

/** A unit of the image. */
export interface Unit {
  /** File name; of a template, with `@.`. */
  name: string;
  /** Path of its file in the image. */
  file: string;
  install: Install;
}

/** Endings of unit files. */
const unitFile = /\.(?:service|socket|target|timer|path|mount|automount|swap|slice)$/;

/** Units of the image by name; a file in /etc hides the one of the package. Links (aliases, masks) are not units of their own. */
export function findUnits(tree: Tree): Map<string, Unit> {
  const units = new Map<string, Unit>();
  for (const folder of ["usr/lib/systemd/system", "etc/systemd/system"]) {
    for (const file of tree.below(folder)) {
      if (path.dirname(file) !== folder || !unitFile.test(file) || tree.get(file)!.type !== "file") continue;
      const name = path.basename(file);
      units.set(name, { name, file, install: parseInstall([tree.text(file)!, ...dropIns(tree, name)].join("\n")) });
    }
  }
  return units;
}

/** Reads the [Install] sections of a unit's text; an empty assignment clears what came before. */
export function parseInstall(text: string): Install {
  const install: Install = { WantedBy: [], RequiredBy: [], UpheldBy: [], Alias: [], Also: [], DefaultInstance: [] };
  let section = "";
  for (const line of text.replaceAll(/\\\n/g, " ").split("\n")) {
    const header = /^\s*\[(\w+)\]/.exec(line);
    if (header !== null) section = header[1]!;
    const setting = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line);
    if (section !== "Install" || setting === null || !(setting[1]! in install)) continue;
    const key = setting[1] as keyof Install;
    install[key] = setting[2] === "" ? [] : [...install[key], ...setting[2]!.split(/\s+/)];
  }
  return install;
}

function dropIns(tree: Tree, name: string): string[] {
  return ["usr/lib", "etc"].flatMap((root) =>
    tree
      .below(`${root}/systemd/system/${name}.d`)
      .filter((file) => file.endsWith(".conf"))
      .map((file) => tree.text(file) ?? ""),
  );
}
