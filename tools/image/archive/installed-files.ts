import { failOnProblems, ExitCode } from "../../lib/failure.ts";
import type { InstalledFile } from "./files-tar.ts";

/** Reads `--file /path[:mode]=source` flags; the leading slash, the top of the image, may be left out. Mode is octal, 0644 when absent. Reports every bad one at once. */
export function parseInstalledFiles(flags: readonly string[]): InstalledFile[] {
  const problems: string[] = [];
  const files = flags.map((flag) => {
    const match = /^\/?([^=:]+)(?::(0?[0-7]{3}))?=(.+)$/.exec(flag);
    if (match === null) problems.push(`expected /path[:octal mode]=source, got \`${flag}\``);
    const [, path = "", mode = "644", source = ""] = match ?? [];
    if (path.split("/").some((name) => name === "." || name === ".." || (match !== null && name === ""))) {
      problems.push(`path: expected one without empty parts, . and .., got \`${path}\``);
    }
    return { path, mode: Number.parseInt(mode, 8), source };
  });
  for (const [index, file] of files.entries()) {
    if (file.path !== "" && files.findIndex((other) => other.path === file.path) < index) problems.push(`${file.path} is given twice`);
  }
  failOnProblems("files of the image", problems, { exitCode: ExitCode.usage });
  return files;
}
