import { ExitCode, failOnProblems } from "../../lib/failure.ts";

/** Reads `--image A_boot=boot.img` flags into a map from partition to file (or runfiles path). */
export function parseImageFlags(flag: string, values: readonly string[]): Map<string, string> {
  const problems: string[] = [];
  const images = new Map<string, string>();
  for (const value of values) {
    const [, partition, file] = /^([^=]+)=(.+)$/.exec(value) ?? [];
    if (partition === undefined || file === undefined) problems.push(`expected PARTITION=FILE, got \`${value}\``);
    else if (images.has(partition)) problems.push(`${partition} is given two images: ${images.get(partition)} and ${file}`);
    else images.set(partition, file);
  }
  failOnProblems(flag, problems, { exitCode: ExitCode.usage });
  return images;
}
