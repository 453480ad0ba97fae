import fs from "node:fs";
import path from "node:path";
import { ExitCode, Failure } from "../lib/failure.ts";
import { runBazel, type WorkspaceBazel } from "../lib/workspace-bazel.ts";

/** What a build takes from the network. */
export interface Downloads {
  /** Files of Bazel's repository cache: where they are, and their name below it. */
  files: { file: string; name: string }[];
  /** Debian archives that the packages come from, such as `debian-security`. */
  archives: string[];
}

/**
 * Fetches all repositories that targets need into a new output base, which is removed again, and tells which downloads took part.
 *
 * Bazel keeps every download that has a sum in its repository cache, and marks each it takes from there with the time (RepositoryCache.java: for garbage
 * collection). So what is younger than this fetch is what the targets need; a build that goes on beside it can only add to that.
 */
export async function usedDownloads(bazel: WorkspaceBazel, targets: readonly string[], flags: readonly string[], outputBase: string): Promise<Downloads> {
  const fresh = { ...bazel, startup: [...(bazel.startup ?? []), `--output_base=${outputBase}`, "--max_idle_secs=60"] };
  try {
    const cache = (await runBazel(fresh, ["info", "repository_cache", ...flags], { quiet: true })).trim();
    if (cache === "") throw new Failure("Bazel has no repository cache here, so it keeps no downloads", { exitCode: ExitCode.usage, hint: "remove --repository_cache= from your .bazelrc" });
    // File systems keep times in steps of at most two seconds.
    const since = Date.now() - 2000;
    await runBazel(fresh, ["build", "--nobuild", "--symlink_prefix=/", ...flags, ...targets]);
    const files = youngerThan(since, cache);
    if (files.length === 0) throw new Failure(`${cache}: no download took part in building ${targets.join(" ")}`);
    return { files, archives: archivesOf(path.join(outputBase, "external")) };
  } finally {
    // Also ends the server.
    await runBazel(fresh, ["clean", "--expunge"], { quiet: true }).catch(() => undefined);
  }
}

/** Downloads in a repository cache: `content_addressable/ALGORITHM/SUM/file`. */
function youngerThan(since: number, cache: string): Downloads["files"] {
  const top = path.join(cache, "content_addressable");
  const algorithms = fs.existsSync(top) ? fs.readdirSync(top).sort() : [];
  return algorithms.flatMap((algorithm) =>
    fs
      .readdirSync(path.join(top, algorithm))
      .sort()
      .map((sum) => ({ file: path.join(top, algorithm, sum, "file"), name: `content_addressable/${algorithm}/${sum}/file` }))
      .filter(({ file }) => (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= since),
  );
}

/** rules/deb asks for a mirror of each archive, even when nothing has to be fetched from it: mirrors.json of its `…__mirrors` repositories. */
function archivesOf(external: string): string[] {
  const repositories = fs.readdirSync(external).filter((name) => name.endsWith("__mirrors"));
  const found = repositories.flatMap((name) => Object.keys(JSON.parse(fs.readFileSync(path.join(external, name, "mirrors.json"), "utf8")) as object));
  return [...new Set(found)].sort();
}
