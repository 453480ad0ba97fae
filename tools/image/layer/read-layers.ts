import { failOnProblems } from "../../lib/failure.ts";
import { parseControl } from "../deb/control.ts";
import { byteOrder } from "../tar/byte-order.ts";
import { contentBytes } from "../tar/content.ts";
import type { TarEntry } from "../tar/entry.ts";
import { readTarFile } from "../tar/read.ts";
import { CONTROL_FOLDER } from "./format.ts";

/** A package of a layer. */
export interface LayerPackage {
  name: string;
  /** Its control file. */
  control: string;
  /** Fields of its control file. */
  fields: Map<string, string>;
  /** Text of its postinst script; empty when it has none. */
  postinst: string;
  /** Its files, on merged-/usr paths; contents are still on disk. */
  entries: TarEntry[];
}

/** Lists layers written by the `deb_layer` tool: their packages by name, whatever the order of the layers. */
export function readLayers(files: readonly string[]): LayerPackage[] {
  const packages = files.flatMap((file) => [...readLayer(file)]);
  packages.sort((a, b) => byteOrder(a.name, b.name));
  failOnProblems(
    "layers",
    packages.filter((found, index) => packages[index - 1]?.name === found.name).map((found) => `package ${found.name} is in two layers`),
  );
  return packages;
}

function* readLayer(file: string): Generator<LayerPackage> {
  let current: LayerPackage | undefined;
  for (const entry of readTarFile(file)) {
    if (!entry.path.startsWith(CONTROL_FOLDER)) {
      if (current === undefined)
        failOnProblems(file, [`expected ${CONTROL_FOLDER}<package>/control first, got ${entry.path}: not a layer`]);
      current!.entries.push(entry);
      continue;
    }
    const [name, kind] = entry.path.slice(CONTROL_FOLDER.length).split("/");
    if (current?.name !== name) {
      if (current !== undefined) yield current;
      current = { name: name!, control: "", fields: new Map(), postinst: "", entries: [] };
    }
    if (kind === "control") {
      current!.control = contentBytes(entry.content!).toString();
      current!.fields = parseControl(current!.control);
    }
    if (kind === "postinst") current!.postinst = contentBytes(entry.content!).toString();
  }
  if (current !== undefined) yield current;
}
