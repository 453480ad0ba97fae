import { ExitCode, Failure } from "../lib/failure.ts";

/** What ICOS_DEBIAN_MIRROR holds: mirrors apart by commas or spaces. */
export function givenMirrors(variable: string | undefined): string[] {
  return (variable ?? "").split(/[ ,]+/).filter((mirror) => mirror !== "");
}

/** The URLs that may serve `archive`, best first. `mirrors` are what the user gave (`URL` or `archive=URL`), `sites` what the host's apt uses. */
export function mirrorsOf(archive: string, mirrors: readonly string[], sites: readonly string[]): string[] {
  const given = mirrors.flatMap((mirror) => {
    const named = /^([a-z0-9+.-]+)=(.+)$/.exec(mirror);
    if (named !== null) return named[1] === archive && named[2] !== undefined ? [named[2]] : [];
    return fits(archive, mirror) ? [mirror] : [];
  });
  const found = given.length > 0 ? given : sites.filter((site) => /^https?:/.test(site) && fits(archive, site));
  return [...new Set(found.map((url) => url.replace(/\/+$/, "")))];
}

/** The one URL that apt reads `archive` from. */
export function mirrorOf(archive: string, mirrors: readonly string[], sites: readonly string[]): string {
  const [mirror] = mirrorsOf(archive, mirrors, sites);
  if (mirror !== undefined) return mirror;
  throw new Failure(`no mirror for the archive "${archive}": expected a URL that ends in /${archive}, got ${[...mirrors, ...sites].join(" ") || "none"}`, {
    exitCode: ExitCode.host,
    hint: `--mirror ${archive}=URL`,
  });
}

function fits(archive: string, url: string): boolean {
  return url.replace(/\/+$/, "").endsWith(`/${archive}`);
}
