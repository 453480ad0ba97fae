import fs from "node:fs";
import path from "node:path";
import { scratchFolder } from "../lib/atomic.ts";
import { ExitCode, Failure } from "../lib/failure.ts";
import { hostApt, PrivateApt } from "./apt.ts";
import { readDefinition, type Definition } from "./definition.ts";
import { parseLock, formatLock, type Lock } from "./lock_file.ts";
import { mirrorOf } from "./mirror.ts";
import { resolve } from "./resolve.ts";

/** How to resolve a definition. */
export interface LockOptions {
  /** `URL` or `archive=URL`; empty: the mirrors of the host's apt. */
  mirrors: readonly string[];
  /** Keyring file; undefined: the definition's, else the distribution's in one of `keyringFolders`. */
  keyring: string | undefined;
  keyringFolders: readonly string[];
  allowUnsigned: boolean;
  allowExpired: boolean;
  /** Folder of apt-get and apt-cache; "" finds them in PATH. */
  programs: string;
}

/** Resolves the source definition in `file` with an apt of its own. */
export async function lock(file: string, options: LockOptions): Promise<Lock> {
  const definition = readDefinition(file);
  const host = await hostApt();
  const suites = definition.suites.map((s) => ({ ...s, url: mirrorOf(s.archive, options.mirrors, host.sites) }));
  const keyring = findKeyring(file, definition, options);
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

function findKeyring(file: string, definition: Definition, options: LockOptions): string {
  const named = options.keyring ?? (definition.keyring === undefined ? undefined : path.resolve(path.dirname(file), definition.keyring));
  const candidates = named === undefined ? options.keyringFolders.map((folder) => path.join(folder, `${definition.distribution}-archive-keyring.gpg`)) : [named];
  const found = candidates.find((candidate) => fs.existsSync(candidate));
  if (found !== undefined || options.allowUnsigned) return found ?? "";
  throw new Failure(`no keyring to check ${definition.distribution}'s signatures: expected one of ${candidates.join(", ")}`, {
    exitCode: ExitCode.host,
    hint: "--keyring FILE, or \"keyring\" in the definition",
  });
}
