import fs from "node:fs";
import { finish, unfinishedPath } from "../../lib/atomic.ts";
import { hermeticEnvironment } from "../../lib/epoch.ts";
import { Failure } from "../../lib/failure.ts";
import { runProgram } from "../../lib/run-program.ts";
import type { InstalledFile } from "../archive/files-tar.ts";
import { formatSize } from "../partitions/size.ts";
import { readFatGeometry, type FatGeometry } from "./fat.ts";

/** Programs that make a FAT image. */
export interface VfatTools {
  /** mkfs.vfat of dosfstools. */
  mkfsVfat: string;
  /** mtools, the program that holds mcopy and mmd. */
  mtools: string;
}

/** What a FAT image is to be. */
export interface VfatOptions {
  /** Size of the file system in bytes: a multiple of 1024. FAT12, 16 or 32 follows from it. */
  bytes: number;
  /** Volume label: at most 11 characters, upper case. */
  label: string;
  /** Volume serial number: 8 hexadecimal digits. */
  volumeId: string;
}

/** Makes a FAT image with the given files. Modes are ignored: FAT has none. */
export async function makeVfat(tools: VfatTools, options: VfatOptions, files: readonly InstalledFile[], target: string): Promise<void> {
  const temporary = unfinishedPath(target);
  fs.rmSync(temporary, { force: true });
  fs.closeSync(fs.openSync(temporary, "w", 0o644));
  fs.truncateSync(temporary, options.bytes);
  const env = hermeticEnvironment;
  // --invariant: no clock, no random serial number. mtools takes its clock from SOURCE_DATE_EPOCH.
  await runProgram(tools.mkfsVfat, ["--invariant", "-n", options.label, "-i", options.volumeId, temporary], { env });
  const folders = foldersOf(files);
  requireRoom(target, readFatGeometry(temporary), files, folders.length);
  if (folders.length > 0) await runProgram(tools.mtools, ["-c", "mmd", "-i", temporary, ...folders.map((folder) => `::/${folder}`)], { env });
  for (const file of sorted(files)) {
    await runProgram(tools.mtools, ["-c", "mcopy", "-i", temporary, file.source, `::/${file.path}`], { env });
  }
  finish(temporary, target);
}

/** mcopy says only "Disk full". */
function requireRoom(target: string, fat: FatGeometry, files: readonly InstalledFile[], folders: number): void {
  const clusters = files.reduce((sum, file) => sum + Math.ceil(fs.statSync(file.source).size / fat.clusterBytes), folders);
  const [needed, room] = [clusters * fat.clusterBytes, fat.clusters * fat.clusterBytes];
  if (needed <= room) return;
  throw new Failure(`${target}: the file system is ${formatSize(needed - room)} too small: the content needs ${formatSize(needed)}, there is room for ${formatSize(room)}`, {
    hint: "a larger size, if the partition has room for it",
  });
}

function foldersOf(files: readonly InstalledFile[]): string[] {
  const all = files.flatMap(({ path }) => path.split("/").slice(0, -1).map((_, index, names) => names.slice(0, index + 1).join("/")));
  return [...new Set(all)].sort();
}

/** The order of creation is the order of directory entries. */
function sorted(files: readonly InstalledFile[]): InstalledFile[] {
  return files.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}
