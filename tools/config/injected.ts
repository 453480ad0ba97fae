import fs from "node:fs";
import path from "node:path";
import { ExitCode, Failure, failOnProblems } from "../lib/failure.ts";
import { byteOrder } from "../image/tar/byte-order.ts";
import type { VolumeEntry } from "./volume-entry.ts";

/** What may be put into a volume beside config.json, and its name there. `nns_public_key` is a file, the others are folders. */
export const injectable = {
  ic_crypto: "ic_crypto",
  ic_state: "ic_state",
  ic_registry_local_store: "ic_registry_local_store",
  nns_public_key: "nns_public_key_override.pem",
} as const;

/** Paths on this machine of what is put in, by name. */
export type Injected = Partial<Record<keyof typeof injectable, string>>;

/** Reads `NAME=PATH` flags; `resolve` makes a path of what the user typed. Every bad one is reported. */
export function parseInjected(typed: readonly string[], resolve: (text: string) => string): Injected {
  const injected: Injected = {};
  const problems: string[] = [];
  for (const flag of typed) {
    const [, name = "", file = ""] = /^([^=]*)=(.+)$/s.exec(flag) ?? [];
    if (!Object.hasOwn(injectable, name)) problems.push(`expected NAME=PATH with NAME one of ${Object.keys(injectable).join(", ")}, got ${JSON.stringify(flag)}`);
    else if (Object.hasOwn(injected, name)) problems.push(`${name} is given twice`);
    else injected[name as keyof Injected] = resolve(file);
  }
  failOnProblems("--inject", problems, { exitCode: ExitCode.usage });
  return injected;
}

/** What the volume gets for it. Only regular files and folders are taken: the guest refuses everything else. */
export function injectedEntries(injected: Injected): VolumeEntry[] {
  const problems: string[] = [];
  const entries: VolumeEntry[] = [];
  for (const [name, target] of Object.entries(injectable) as [keyof Injected, string][]) {
    const source = injected[name];
    if (source === undefined) continue;
    try {
      // The path itself may be a link, as in Bazel's output folders; what it leads to counts.
      const real = fs.realpathSync(source);
      const wanted = name === "nns_public_key" ? "file" : "directory";
      if (kindOf(fs.lstatSync(real)) !== wanted) problems.push(`${source}: expected a ${wanted} for ${name}, got a ${kindOf(fs.lstatSync(real))}`);
      else collect(real, target);
    } catch (error) {
      problems.push(`${source}: ${(error as Error).message}`);
    }
  }
  failOnProblems("--inject", problems, { hint: "remove what is no regular file or folder, or replace links by what they name (cp -RL)" });
  return entries;

  function collect(source: string, target: string): void {
    const stat = fs.lstatSync(source);
    const kind = kindOf(stat);
    if (kind === "file") entries.push({ path: target, kind, source, size: stat.size });
    else if (kind === "directory") {
      entries.push({ path: target, kind });
      for (const name of fs.readdirSync(source).sort(byteOrder)) collect(path.join(source, name), `${target}/${name}`);
    } else problems.push(`${source}: expected a regular file or a folder, got a ${kind}`);
  }
}

/** The NNS key, as text: it must look like one, as a mistaken file would lock the node out of its network. */
export function checkNnsKey(file: string): void {
  const text = fs.readFileSync(file, "latin1");
  if (text.length > 10_000 || !text.startsWith("-----BEGIN PUBLIC KEY-----")) throw new Failure(`${file}: expected a public key in PEM form (-----BEGIN PUBLIC KEY-----)`);
}

function kindOf(stat: fs.Stats): string {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "directory";
  if (stat.isSymbolicLink()) return "symbolic link";
  return stat.isFIFO() ? "pipe" : stat.isSocket() ? "socket" : "device";
}
