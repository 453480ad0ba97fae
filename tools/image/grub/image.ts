import { finish, unfinishedPath } from "../../lib/atomic.ts";
import { hermeticEnvironment } from "../../lib/epoch.ts";
import { runProgram } from "../../lib/run-program.ts";

/** What a GRUB image is to be. */
export interface GrubImageOptions {
  /** Folder of the modules: usr/lib/grub/x86_64-efi of grub-efi-amd64-bin. */
  modules: string;
  /** Modules to build in, without .mod; those they need come along. */
  builtIn: readonly string[];
  /** GRUB's `prefix`, where it looks for grub.cfg: `(,gpt2)/` is the second partition of the disk that the firmware started GRUB from. */
  prefix: string;
}

/** Makes the EFI program that firmware starts. */
export async function makeGrubImage(grubMkimage: string, options: GrubImageOptions, target: string): Promise<void> {
  const temporary = unfinishedPath(target);
  await runProgram(grubMkimage, [
    ...["--format=x86_64-efi", `--directory=${options.modules}`, `--prefix=${options.prefix}`, `--output=${temporary}`],
    ...options.builtIn,
  ], { env: hermeticEnvironment });
  finish(temporary, target);
}
