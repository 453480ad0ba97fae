import path from "node:path/posix";
import type { FileIndex } from "../layer/file-index.ts";
import { FileType, type CpioEntry } from "./cpio.ts";
import { elfNeeds } from "./elf.ts";

/** Folders where Debian keeps shared libraries: /usr/lib/<multiarch triplet>, then /usr/lib. */
const libraryFolder = /^usr\/lib\/[^/]+-linux-gnu[^/]*(?=\/)/;

/** Programs with the loader and all libraries they need, taken from packages. `programs` maps paths in packages to paths in the initrd. Problems are appended. */
export function collectPrograms(index: FileIndex, programs: Readonly<Record<string, string>>, problems: string[]): CpioEntry[] {
  const folders = [...new Set([...index.paths()].flatMap((at) => libraryFolder.exec(at)?.[0] ?? [])), "usr/lib"];
  const entries = new Map<string, CpioEntry>();
  const add = (target: string, source: string, file: Buffer | undefined, wantedBy: string): void => {
    if (entries.has(target)) return;
    if (file === undefined) {
      problems.push(`${wantedBy}: no package has ${source}`);
      return;
    }
    entries.set(target, { path: target, mode: FileType.regular | 0o755, data: file });
    const needs = elfNeeds(file);
    if (needs?.interpreter !== undefined)
      add(needs.interpreter.slice(1), needs.interpreter, index.read(needs.interpreter.slice(1)), source);
    for (const library of needs?.libraries ?? []) {
      // The loader comes with the program (PT_INTERP); everything else lies in /lib, which the loader searches without a cache.
      if (library.startsWith("ld-linux")) continue;
      add(`lib/${library}`, library, firstOf(folders.map((folder) => () => index.read(path.join(folder, library)))), source);
    }
  };
  for (const [source, target] of Object.entries(programs)) add(target.replace(/^\//, ""), source, index.read(source.slice(1)), "binaries");
  return [...entries.values()];
}

function firstOf<Value>(attempts: readonly (() => Value | undefined)[]): Value | undefined {
  for (const attempt of attempts) {
    const value = attempt();
    if (value !== undefined) return value;
  }
  return undefined;
}
