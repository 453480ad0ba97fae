import fs from "node:fs";
import zlib from "node:zlib";
import { Failure } from "../lib/failure.ts";
import type { LoggedFile, Spawn } from "./spawn.ts";
import { delimited, fieldsOf } from "./wire.ts";

// Numbers of the fields: Bazel 7.7.1, src/main/protobuf/spawn.proto, message ExecLogEntry.
const ENTRY = { id: 1, file: 3, directory: 4, inputSet: 6, spawn: 7, runfilesTree: 10 } as const;
const SPAWN = { args: 1, environment: 2, inputSet: 4, outputs: 6, label: 7, mnemonic: 8, exitCode: 9, runner: 11, cacheHit: 12 } as const;

/** Reads a log that `--execution_log_compact_file` wrote. Actions that Bazel found up to date are not in it. */
export function readExecutionLog(file: string): Spawn[] {
  let stream: Buffer;
  try {
    stream = zlib.zstdDecompressSync(fs.readFileSync(file));
  } catch (error) {
    throw new Failure(`${file}: expected a compact execution log of Bazel, got ${error instanceof Error ? error.message : String(error)}`);
  }
  return readEntries(stream);
}

/** Reads the messages of a log that is not compressed any more. */
export function readEntries(stream: Buffer): Spawn[] {
  const entries: Entries = { files: new Map(), sets: new Map() };
  const spawns: Spawn[] = [];
  for (const message of delimited(stream)) {
    let id = 0;
    for (const { number, value } of fieldsOf(message)) {
      if (number === ENTRY.id) id = value as number;
      else if (number === ENTRY.file) entries.files.set(id, [readFile(value as Buffer)]);
      else if (number === ENTRY.directory) entries.files.set(id, readDirectory(value as Buffer));
      else if (number === ENTRY.inputSet) entries.sets.set(id, readSet(value as Buffer, 5, 4));
      // Field 2 of a runfiles tree is the set of what it links to.
      else if (number === ENTRY.runfilesTree) entries.sets.set(id, { direct: [], sets: numbers(value as Buffer, 2) });
      else if (number === ENTRY.spawn) spawns.push(readSpawn(value as Buffer, entries));
    }
  }
  return spawns;
}

interface Entries {
  files: Map<number, LoggedFile[]>;
  sets: Map<number, { direct: number[]; sets: number[] }>;
}

function readSpawn(message: Buffer, entries: Entries): Spawn {
  const text = (number: number): string => texts(message, number)[0] ?? "";
  const flag = (number: number): number => numbers(message, number)[0] ?? 0;
  const roots = numbers(message, SPAWN.inputSet);
  return {
    label: text(SPAWN.label),
    mnemonic: text(SPAWN.mnemonic),
    runner: text(SPAWN.runner),
    cacheHit: flag(SPAWN.cacheHit) === 1,
    exitCode: flag(SPAWN.exitCode),
    args: texts(message, SPAWN.args),
    environment: Object.fromEntries(parts(message, SPAWN.environment).map((pair) => [texts(pair, 1)[0] ?? "", texts(pair, 2)[0] ?? ""])),
    outputs: parts(message, SPAWN.outputs).flatMap((output) => numbers(output, 5).flatMap((id) => entries.files.get(id) ?? [])),
    inputs: () => collect(roots, entries),
  };
}

/** The files of input sets and of all sets they contain, sorted by path. */
function collect(roots: readonly number[], { files, sets }: Entries): LoggedFile[] {
  const found = new Map<string, LoggedFile>();
  const seen = new Set<number>();
  const pending = [...roots];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const set = sets.get(id);
    for (const file of files.get(id) ?? []) found.set(file.path, file);
    // A direct entry may be a runfiles tree, which is a set here.
    pending.push(...(set?.direct ?? []), ...(set?.sets ?? []));
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function readDirectory(message: Buffer): LoggedFile[] {
  const folder = texts(message, 1)[0] ?? "";
  return parts(message, 2).map((part) => {
    const file = readFile(part);
    return { ...file, path: `${folder}/${file.path}` };
  });
}

function readFile(message: Buffer): LoggedFile {
  const digest = parts(message, 2)[0] ?? Buffer.alloc(0);
  return { path: texts(message, 1)[0] ?? "", hash: texts(digest, 1)[0] ?? "", size: numbers(digest, 2)[0] ?? 0 };
}

function readSet(message: Buffer, direct: number, sets: number): { direct: number[]; sets: number[] } {
  return { direct: numbers(message, direct), sets: numbers(message, sets) };
}

function parts(message: Buffer, number: number): Buffer[] {
  return [...fieldsOf(message)].flatMap((field) => (field.number === number && Buffer.isBuffer(field.value) ? [field.value] : []));
}

function texts(message: Buffer, number: number): string[] {
  return parts(message, number).map((bytes) => bytes.toString("utf8"));
}

/** Values of a number field; repeated ones stand in one packed field. */
function numbers(message: Buffer, number: number): number[] {
  return [...fieldsOf(message)].flatMap((field) => {
    if (field.number !== number || field.value === undefined) return [];
    return Buffer.isBuffer(field.value) ? packed(field.value) : [field.value];
  });
}

function packed(bytes: Buffer): number[] {
  const values: number[] = [];
  let value = 0;
  let shift = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * shift;
    shift *= 128;
    if (byte < 0x80) {
      values.push(value);
      value = 0;
      shift = 1;
    }
  }
  return values;
}
