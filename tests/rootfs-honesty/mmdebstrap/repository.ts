import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { makeDeb } from "../../../tools/image/deb/testing/make-deb.ts";
import { exec } from "../../../tools/lib/exec.ts";
import { PROBE, probePackage } from "./probe.ts";

/** A flat repository (sources.list(5), "exact path") of packages, of empty ones for dependencies that the image goes without, and of the probe. */
export async function makeRepository(
  folder: string,
  packages: readonly string[],
  placeholders: readonly string[],
  dpkgDeb: string,
): Promise<string[]> {
  fs.mkdirSync(folder);
  for (const file of packages) fs.copyFileSync(file, path.join(folder, path.basename(file)), fs.constants.COPYFILE_FICLONE);
  for (const name of placeholders) {
    // Newer than any version that a dependency asks for; "allowed", because python3's interpreter is asked for as python3:any.
    const deb = makeDeb({ name, version: "9999:0", control: "Multi-Arch: allowed\n", entries: [] });
    fs.writeFileSync(path.join(folder, `${name}_placeholder.deb`), deb);
  }
  fs.writeFileSync(path.join(folder, `${PROBE}.deb`), probePackage());
  const paragraphs: string[] = [];
  const names: string[] = [];
  for (const file of fs.readdirSync(folder).sort()) {
    const control = (await exec(dpkgDeb, ["--field", path.join(folder, file)])).stdout;
    names.push(/^Package: (.*)$/m.exec(control)![1]!);
    paragraphs.push(indexParagraph(control, file, fs.readFileSync(path.join(folder, file))));
  }
  fs.writeFileSync(path.join(folder, "Packages"), paragraphs.join("\n"));
  return names;
}

/** A package's paragraph in a Packages file: wiki.debian.org/DebianRepository/Format, "Packages Indices". */
export function indexParagraph(control: string, file: string, bytes: Buffer): string {
  return `${control.trim()}\nFilename: ./${file}\nSize: ${bytes.length}\nSHA256: ${crypto.hash("sha256", bytes)}\n`;
}
