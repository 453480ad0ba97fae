import fs from "node:fs";
import path from "node:path";
import { mergedUsrLinks } from "../../../tools/image/layer/merged-usr.ts";
import { exec } from "../../../tools/lib/exec.ts";

/** Programs that unpack packages. */
export interface Unpackers {
  dpkgDeb: string;
  tar: string;
}

/** Unpacks packages, without configuring them, into a root file system that programs can be run in. All files belong to who runs this. */
export async function unpackTools(folder: string, packages: readonly string[], { dpkgDeb, tar }: Unpackers): Promise<void> {
  for (const link of mergedUsrLinks) {
    fs.mkdirSync(path.join(folder, "usr", link), { recursive: true });
    fs.symlinkSync(`usr/${link}`, path.join(folder, link));
  }
  // `dpkg-deb --extract` would keep owners, which a user namespace of one user does not have.
  const archive = `${folder}.tar`;
  for (const file of packages) {
    await exec(dpkgDeb, ["--fsys-tarfile", file], { stdout: { file: archive } });
    await exec(tar, ["--extract", "--no-same-owner", "--keep-directory-symlink", `--file=${archive}`, `--directory=${folder}`]);
  }
  fs.rmSync(archive, { force: true });
  // Made by base-passwd's script. apt looks its own user up even when it stays root.
  fs.writeFileSync(path.join(folder, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n_apt:x:42:65534::/nonexistent:/usr/sbin/nologin\n");
  fs.writeFileSync(path.join(folder, "etc/group"), "root:x:0:\nnogroup:x:65534:\n");
  for (const mountPoint of ["repository", "output"]) fs.mkdirSync(path.join(folder, mountPoint));
}
