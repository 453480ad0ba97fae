import { succeedRemote, type RemoteGuest } from "../launch/remote-guest.ts";
import { extensionTar } from "./extension.ts";
import { pushScript, revertScript, sumsScript } from "./guest-scripts.ts";
import { pushedVersion, type BuiltFile } from "./push-plan.ts";

/** What to push, and where to. */
export interface PushOptions {
  guest: RemoteGuest;
  /** Name of the extension in the guest. */
  name: string;
  files: readonly BuiltFile[];
  /** Version of the build. */
  version: string;
  /** Where the guest's services find the version of pushed programs. */
  versionPath: string;
  /** For each command in the guest; 120 without it. */
  seconds?: number;
}

/** What a push did. */
export interface PushResult {
  /** Files that were others in the guest. */
  changed: string[];
  /** Units that were restarted. */
  restarted: string[];
  /** Version that the pushed programs report; null when nothing changed. */
  version: string | null;
  bytes: number;
  /** Seconds from the first question to the last unit that is up again. */
  seconds: number;
}

/** Brings the files that differ into a running guest, by a system extension that is merged over its root, and restarts what uses them. */
export async function push(options: PushOptions): Promise<PushResult> {
  const start = performance.now();
  const { guest, files, seconds = 120 } = options;
  const running = parseSums(await succeedRemote(guest, sumsScript(files.map((file) => file.path)), { seconds }));
  const changed = files.filter((file) => running.get(file.path) !== file.sha256);
  if (changed.length === 0) return { changed: [], restarted: [], version: null, bytes: 0, seconds: since(start) };
  const version = pushedVersion(options.version, files);
  const tar = extensionTar(options.name, changed, { path: options.versionPath, text: version });
  const units = await succeedRemote(guest, pushScript(options.name, changed.map((file) => file.path)), { seconds, input: { bytes: tar } });
  return { changed: changed.map((file) => file.path), restarted: lines(units), version, bytes: tar.length, seconds: since(start) };
}

/** Takes back all that was pushed. */
export async function revert(guest: RemoteGuest, name: string, seconds = 120): Promise<PushResult> {
  const start = performance.now();
  const restarted = lines(await succeedRemote(guest, revertScript(name), { seconds }));
  return { changed: [], restarted, version: null, bytes: 0, seconds: since(start) };
}

function parseSums(text: string): Map<string, string> {
  return new Map(lines(text).map((line) => [line.slice(66), line.slice(0, 64)]));
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

function since(start: number): number {
  return Math.round((performance.now() - start) / 100) / 10;
}
