import path from "node:path/posix";
import { byteOrder } from "../tar/byte-order.ts";
import { contentBytes } from "../tar/content.ts";
import { subjectHash } from "./subject-hash.ts";
import type { Tree } from "./tree.ts";

const FOLDER = "usr/share/ca-certificates/";

/** Makes /etc/ssl/certs as update-ca-certificates(8) does: a link per certificate, a link per subject hash, and the bundle of all. */
export function addCertificates(tree: Tree): void {
  const certificates = tree.below(FOLDER.slice(0, -1)).filter((file) => file.endsWith(".crt"));
  if (certificates.length === 0) return;
  tree.file("etc/ca-certificates.conf", certificates.map((file) => `${file.slice(FOLDER.length)}\n`).join(""));
  const named = certificates
    .map((file) => ({ file, link: linkName(file), pem: contentBytes(tree.get(file)!.content!).toString() }))
    .sort((a, b) => byteOrder(a.link, b.link));
  const used = new Map<string, number>();
  for (const { file, link, pem } of named) {
    tree.symlink(`etc/ssl/certs/${link}`, `/${file}`);
    // openssl-rehash(1): certificates with the same hash are numbered.
    const hash = subjectHash(pem);
    const number = used.get(hash) ?? 0;
    used.set(hash, number + 1);
    tree.symlink(`etc/ssl/certs/${hash}.${number}`, link);
  }
  tree.file("etc/ssl/certs/ca-certificates.crt", named.map(({ pem }) => (pem.endsWith("\n") ? pem : `${pem}\n`)).join(""));
  tree.directory("usr/local/share/ca-certificates");
}

/** File name of a certificate's link: spaces, brackets and commas are replaced as in update-ca-certificates. */
function linkName(file: string): string {
  return `${path.basename(file, ".crt").replaceAll(" ", "_").replaceAll(/[()]/g, "=").replaceAll(",", "_")}.pem`;
}
