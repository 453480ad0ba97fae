import { runfile } from "../../tools/lib/runfiles.ts";
import { readVmTools, type VmTools } from "../../tools/vm/vm-tools.ts";

/** Programs of the toolchains, as paths of this machine. */
export interface Pinned {
  zstd: string;
  dpkgDeb: string;
  tar: string;
  vm: VmTools;
}

/** Finds them among the benchmark's runfiles; the flags are given in BUILD.bazel. */
export function pinnedPrograms(flags: { zstd: string; dpkgDeb: string; tar: string; vmTools: string }): Pinned {
  return { zstd: firstRunfile(flags.zstd), dpkgDeb: firstRunfile(flags.dpkgDeb), tar: firstRunfile(flags.tar), vm: readVmTools(flags.vmTools) };
}

/** `$(rlocationpaths)` of a program names all its files, the program first. */
function firstRunfile(locations: string): string {
  return runfile(locations.split(" ")[0]!);
}
