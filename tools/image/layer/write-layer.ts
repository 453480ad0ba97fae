import { Failure } from "../../lib/failure.ts";
import { parseControl } from "../deb/control.ts";
import { openDebs } from "../deb/deb.ts";
import type { TarEntry } from "../tar/entry.ts";
import { excluder } from "./exclude.ts";
import { CONTROL_FOLDER, keptControlFiles } from "./format.ts";
import { mergedUsr } from "./merged-usr.ts";

/** Unpacks packages into the entries of one layer; `add` gets them in order. */
export async function writeLayer(
  debs: readonly string[],
  exclude: readonly string[],
  xz: string,
  add: (entry: TarEntry) => void,
): Promise<void> {
  const excluded = excluder(exclude);
  for await (const deb of openDebs(debs, xz)) {
    const name = parseControl(deb.control.get("control")?.toString() ?? "").get("Package");
    if (name === undefined) throw new Failure(`${deb.file}: its control file names no package`);
    for (const file of keptControlFiles) {
      const content = deb.control.get(file);
      if (content !== undefined)
        add({ path: `${CONTROL_FOLDER}${name}/${file}`, type: "file", mode: 0o644, uid: 0, gid: 0, link: "", content });
    }
    for (const entry of deb.data) {
      const path = mergedUsr(entry.path);
      if (path === "" || excluded(path)) continue;
      add({ ...entry, path, link: entry.type === "hardlink" ? mergedUsr(entry.link) : entry.link });
    }
  }
}
