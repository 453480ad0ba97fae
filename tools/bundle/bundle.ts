import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { finish, scratchFolder, unfinishedPath } from "../lib/atomic.ts";
import { exec } from "../lib/exec.ts";
import { log } from "../lib/log.ts";
import type { WorkspaceBazel } from "../lib/workspace-bazel.ts";
import { usedDownloads } from "./downloads.ts";
import { sumsFile } from "./sums.ts";

/** What goes into an archive, and where it goes. */
export interface BundleRequest {
  targets: readonly string[];
  /** Flags of the build, which can bring further downloads. */
  flags: readonly string[];
  /** File to write. */
  out: string;
  bazel: WorkspaceBazel;
  /** How to get Bazel's packages: partial-mirror.sh, the folder of tools/bootstrap, the version. Undefined: without them. */
  bazelPackages: { script: string; bootstrap: string; version: string } | undefined;
  /** The script that the archive has as `install`. */
  installScript: string;
  /** GNU tar. */
  tar: string;
}

/** What became of it. */
export interface BundleSummary {
  file: string;
  bytes: number;
  targets: readonly string[];
  /** Files of the repository cache: Debian packages and npm packages. */
  downloads: number;
  /** Debian packages that make Bazel. */
  bazelPackages: number;
}

const TOP = "rules_icos-bundle";

/** Fetches what the targets need, and packs it. Links stand for the files until tar reads them: nothing is copied twice. */
export async function writeBundle(request: BundleRequest): Promise<BundleSummary> {
  const { targets, bazel, out } = request;
  const cache = path.join(process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache"), "rules_icos");
  fs.mkdirSync(cache, { recursive: true });
  using scratch = scratchFolder("bundle", cache);
  const top = path.join(scratch.path, TOP);
  fs.mkdirSync(top);
  log(`fetching what ${targets.join(" ")} need, as on a new machine`);
  const { files, archives } = await usedDownloads(bazel, targets, request.flags, path.join(scratch.path, "output-base"));
  for (const { file, name } of files) {
    const link = path.join(top, "repository-cache", name);
    fs.mkdirSync(path.dirname(link), { recursive: true });
    fs.symlinkSync(file, link);
  }
  fs.writeFileSync(path.join(top, "archives"), archives.map((archive) => `${archive}\n`).join(""));
  fs.copyFileSync(request.installScript, path.join(top, "install"));
  fs.chmodSync(path.join(top, "install"), 0o755);
  const { bazelPackages } = request;
  if (bazelPackages !== undefined) {
    log("fetching the packages of Bazel");
    await exec("sh", [bazelPackages.script, bazelPackages.bootstrap, bazelPackages.version, path.join(top, "debian")]);
  }
  log("packing");
  fs.writeFileSync(path.join(top, "SHA256SUMS"), sumsFile(top));
  const unfinished = unfinishedPath(out);
  const reproducible = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mode=u+w,go-w,a+rX", "--mtime=@0", "--dereference", "--hard-dereference", "--format=gnu"];
  await exec(request.tar, [...reproducible, "-cf", unfinished, "-C", scratch.path, TOP]);
  finish(unfinished, out);
  const isPackage = (name: string): boolean => name.endsWith(".deb");
  const debian = path.join(top, "debian");
  const packages = fs.existsSync(debian) ? fs.readdirSync(debian, { recursive: true, encoding: "utf8" }).filter(isPackage).length : 0;
  return { file: out, bytes: fs.statSync(out).size, targets, downloads: files.length, bazelPackages: packages };
}
