import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { exec } from "../../../tools/lib/exec.ts";
import { makeDeb } from "../../../tools/image/deb/testing/make-deb.ts";
import { indexParagraph } from "../../rootfs-honesty/mmdebstrap/repository.ts";

/**
 * A mirror in a folder, which mkosi reads by `LocalMirror=file://`: nothing is ever downloaded. Layout: wiki.debian.org/DebianRepository/Format.
 * `placeholders` become empty packages, for dependencies that our image goes without too.
 */
export async function makeMirror(folder: string, packages: readonly string[], placeholders: readonly string[], dpkgDeb: string): Promise<void> {
  fs.rmSync(folder, { recursive: true, force: true });
  const pool = path.join(folder, "pool");
  const index = path.join(folder, "dists/trixie/main/binary-amd64");
  for (const needed of [pool, index]) fs.mkdirSync(needed, { recursive: true });
  for (const file of packages) fs.copyFileSync(file, path.join(pool, path.basename(file)), fs.constants.COPYFILE_FICLONE);
  for (const name of placeholders) {
    const deb = makeDeb({ name, version: "9999:0", control: "Multi-Arch: allowed\n", entries: [] });
    fs.writeFileSync(path.join(pool, `${name}_placeholder.deb`), deb);
  }
  const paragraphs: string[] = [];
  for (const file of fs.readdirSync(pool).sort()) {
    const at = path.join(pool, file);
    const { stdout } = await exec(dpkgDeb, ["--field", at]);
    paragraphs.push(indexParagraph(stdout, file, fs.readFileSync(at)).replace("Filename: ./", "Filename: pool/"));
  }
  const text = Buffer.from(paragraphs.join("\n"));
  fs.writeFileSync(path.join(index, "Packages"), text);
  fs.writeFileSync(path.join(folder, "dists/trixie/Release"), releaseFile(text));
}

/** Unsigned: the mirror is trusted because this program has just made it of packages whose sums the lock names. */
function releaseFile(packages: Buffer): string {
  return [
    ...["Suite: trixie", "Codename: trixie", "Architectures: amd64", "Components: main", "Date: Tue, 14 Nov 2023 22:13:20 UTC", "SHA256:"],
    ` ${crypto.hash("sha256", packages)} ${packages.length} main/binary-amd64/Packages`,
    "",
  ].join("\n");
}
