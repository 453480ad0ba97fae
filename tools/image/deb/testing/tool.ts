import { runfile } from "../../../lib/runfiles.ts";

/**
 * Path of a pinned program in a test: its target is in `data`, and `$(rlocationpaths)` of it in `test_env` under the name in capitals.
 * Outside Bazel, the host's.
 */
export function pinnedTool(name: string): string {
  // A tool is several files; the first is the wrapper that starts it.
  const location = process.env[name.toUpperCase()]?.split(" ")[0];
  return location === undefined ? name : runfile(location);
}
