import path from "node:path";

/** A path the user typed: relative to where they stand, which `bazel run` changes and names. */
export function userPath(typed: string): string {
  return path.resolve(process.env["BUILD_WORKING_DIRECTORY"] ?? process.cwd(), typed);
}
