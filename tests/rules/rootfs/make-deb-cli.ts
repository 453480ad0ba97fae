import fs from "node:fs";
import { runMain } from "../../../tools/lib/main.ts";
import { file, folder, makeDeb, symlink } from "../../../tools/image/deb/testing/make-deb.ts";

/** A package in packages/: an entry is [path, mode, text], [path, mode] for a folder or [path, "->", target] for a link. */
interface Description {
  name: string;
  control?: string;
  postinst?: string;
  entries: [path: string, mode: string, text?: string][];
}

// make-deb DESCRIPTION.json OUTPUT.deb
await runMain("make-deb", () => {
  const [source, target] = process.argv.slice(2);
  const description = JSON.parse(fs.readFileSync(source!, "utf8")) as Description;
  const entries = description.entries.map(([path, mode, text]) => {
    if (mode === "->") return symlink(path, text!);
    return text === undefined ? folder(path, Number.parseInt(mode, 8)) : file(path, text, { mode: Number.parseInt(mode, 8) });
  });
  // Every other package has zstd members, as those of Ubuntu.
  fs.writeFileSync(target!, makeDeb({ ...description, entries }, description.name.length % 2 === 0 ? "zst" : "gz"));
});
