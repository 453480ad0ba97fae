import fs from "node:fs";
import path from "node:path";
import { scratchFolder } from "../lib/atomic.ts";
import { ExitCode, Failure } from "../lib/failure.ts";
import { hostApt, PrivateApt } from "./apt.ts";
import { readDefinition } from "./definition.ts";
import { parseLock, formatLock, type Lock } from "./lock_file.ts";
import { mirrorOf } from "./mirror.ts";
import { resolve } from "./resolve.ts";

/** How to resolve a definition. */
export interface LockOptions {
  /** `URL` or `archive=URL`; empty: the mirrors of the host's apt. */
  mirrors: readonly string[];
  /** Keyring file; undefined: the definition's, else the distribution's. */
  keyring: string | undefined;
  allowUnsigned: boolean;
  allowExpired: boolean;
  /** Folder of apt-get and apt-cache; "" finds them in PATH. */
  programs: string;
  programSettings: string;
}

/** Resolves the source definition in `file` with an apt of its own. */
export async function lock(file: string, options: LockOptions): Promise<Lock> {
  const definition = readDefinition(file);
  const host = await hostApt();
  const suites = definition.suites.map((s) => ({ ...s, url: mirrorOf(s.archive, options.mirrors, host.sites) }));
  const keyring = options.keyring ?? (definition.keyring === undefined ? `/usr/share/keyrings/${definition.distribution}-archive-keyring.gpg` : path.resolve(path.dirname(file), definition.keyring));
  if (!options.allowUnsigned && !fs.existsSync(keyring)) {
    throw new Failure(`no keyring to check ${definition.distribution}'s signatures: ${keyring} does not exist`, {
      exitCode: ExitCode.host,
      hint: `apt-get install ${definition.distribution}-archive-keyring, or --keyring FILE`,
    });
  }
  using scratch = scratchFolder("apt");
  const apt = new PrivateApt({
    ...options,
    folder: scratch.path,
    architecture: definition.architecture,
    sources: suites,
    keyring,
    assumeInstalled: definition.assumeInstalled,
    hostSettings: host.settings,
  });
  await apt.update();
  const result = await resolve(apt, definition, suites);
  // What we write must be what we would read.
  parseLock(formatLock(result), `the lock of ${file}`);
  return result;
}
