import { failOnProblems } from "../lib/failure.ts";
import type { PinFile, PinnedFile } from "./pin-file.ts";
import { inspectUrl, readText, type PublishedFile } from "./published-file.ts";

/** Which files make a release. */
export interface Release {
  release: string;
  baseUrl: string;
  names: readonly string[];
  /** Path of a file below the base URL; `{release}` and `{name}` are replaced. Ends in `.gz` for gzip. */
  path: string;
  /** Path of a list of sums as sha256sum(1) writes it. It may be missing. */
  sums: string;
}

/** Pins a release: downloads every file, compares it with the published sums, and says all that is wrong at once. */
export async function pinRelease(wanted: Release, say: (line: string) => void): Promise<PinFile> {
  const problems: string[] = [];
  const files: PinnedFile[] = [];
  const sums = await publishedSums(wanted, say, problems);
  for (const name of wanted.names) {
    const path = fill(wanted.path, wanted.release, name);
    try {
      const found = await inspectUrl(`${wanted.baseUrl}/${path}`);
      const wrong = [...wrongContent(path, found), ...wrongSum(path, found, sums)];
      problems.push(...wrong);
      if (wrong.length === 0) files.push({ name, path, size: found.size, sha256: found.sha256, compression: path.endsWith(".gz") ? "gz" : "" });
      say(`${name}: ${found.size} bytes, sha256 ${found.sha256.slice(0, 12)}`);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  failOnProblems(`release ${wanted.release}`, problems, { hint: "check --base-url, --release, --path and --file; nothing was written" });
  return { version: 1, release: wanted.release, baseUrl: wanted.baseUrl, files };
}

/** Compares a pin file with what is published now, and says all differences at once. */
export async function checkPins(pins: PinFile, baseUrl: string, say: (line: string) => void): Promise<void> {
  const problems: string[] = [];
  for (const file of pins.files) {
    try {
      const found = await inspectUrl(`${baseUrl}/${file.path}`);
      if (found.sha256 !== file.sha256) problems.push(`${file.path}: expected sha256 ${file.sha256} (${file.size} bytes), got ${found.sha256} (${found.size} bytes)`);
      else say(`${file.name}: as pinned`);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  failOnProblems(`release ${pins.release}`, problems, { hint: `bazel run @rules_icos//tools/ic-release:pin -- --base-url ${baseUrl} --release ${pins.release} --output FILE` });
}

/** The path of one file of a release. */
function fill(template: string, release: string, name: string): string {
  return template.replaceAll("{release}", release).replaceAll("{name}", name);
}

function wrongContent(path: string, found: PublishedFile): string[] {
  // Magic number of gzip: RFC 1952, section 2.3.1.
  const packed = found.head[0] === 0x1f && found.head[1] === 0x8b;
  return path.endsWith(".gz") && !packed ? [`${path}: expected gzip, got a file that begins with ${Buffer.from(found.head).toString("hex")}`] : [];
}

function wrongSum(path: string, found: PublishedFile, sums: ReadonlyMap<string, string> | undefined): string[] {
  if (sums === undefined) return [];
  const name = path.slice(path.lastIndexOf("/") + 1);
  const expected = sums.get(name);
  if (expected === undefined) return [`${path}: the published sums do not list ${name}`];
  return expected === found.sha256 ? [] : [`${path}: expected sha256 ${expected} by the published sums, got ${found.sha256}`];
}

async function publishedSums(wanted: Release, say: (line: string) => void, problems: string[]): Promise<ReadonlyMap<string, string> | undefined> {
  const path = fill(wanted.sums, wanted.release, "");
  try {
    const text = await readText(`${wanted.baseUrl}/${path}`);
    if (text === undefined) {
      say(`${path}: not published; the sums are those of what was downloaded`);
      return undefined;
    }
    const lines = text.split("\n").map((line) => /^([0-9a-f]{64}) [ *](?:\.\/)?(.+)$/.exec(line));
    return new Map(lines.flatMap((match) => (match === null ? [] : [[match[2] ?? "", match[1] ?? ""] as const])));
  } catch (error) {
    problems.push((error as Error).message);
    return undefined;
  }
}
