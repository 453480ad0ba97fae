import path from "node:path";
import { Failure } from "./failure.ts";

/** Absolute path of a file that Bazel put beside this program. `rlocation` is what `$(rlocationpath :target)` gives. */
export function runfile(rlocation: string): string {
  const root = process.env["RUNFILES_DIR"];
  if (root === undefined) throw new Failure(`RUNFILES_DIR is not set: ${rlocation} cannot be found`, { hint: "start this program with bazel run" });
  return path.join(root, rlocation);
}
