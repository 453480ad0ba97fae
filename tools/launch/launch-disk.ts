import fs from "node:fs";
import path from "node:path";
import { finish, unfinishedPath, writeFileAtomic } from "../lib/atomic.ts";
import { exec } from "../lib/exec.ts";
import { Failure } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { diskDigest } from "../image/disk/digest.ts";
import { appendKernelArguments } from "../image/disk/kernel-args.ts";
import { planFromManifest, readManifest } from "../image/disk/manifest.ts";
import { diskSegments, type DiskPlan } from "../image/disk/plan.ts";
import { writeDisk } from "../image/disk/write.ts";
import type { Drive } from "../vm/qemu-args.ts";

/** What a guest boots from. */
export type DiskSource =
  /** Partition images that are written to a new sparse disk. */
  | { kind: "image"; label: string; plan: DiskPlan; sha256: string; version: string | null }
  /** A disk image file that stays as it is: the guest writes to an overlay. */
  | { kind: "file"; label: string; file: string; format: "raw" | "qcow2"; sha256: null; version: null };

/** The source that a manifest of `disk_image` describes. */
export function imageSource(label: string, manifest: string, resolve: (runfile: string) => string, version: string | null): DiskSource {
  const plan = planFromManifest(readManifest(manifest), resolve);
  return { kind: "image", label, plan, sha256: diskDigest(plan.table.diskBytes, diskSegments(plan)), version };
}

/** The source for a file the user named. */
export function fileSource(file: string): DiskSource {
  if (!fs.existsSync(file)) throw new Failure(`--disk: ${file} does not exist`);
  const head = Buffer.alloc(4);
  const fd = fs.openSync(file, "r");
  fs.readSync(fd, head);
  fs.closeSync(fd);
  // The magic number of qcow2, see docs/interop/qcow2 of QEMU.
  return { kind: "file", label: file, file, format: head.toString("latin1") === "QFI\xfb" ? "qcow2" : "raw", sha256: null, version: null };
}

/** Name of the guest's disk in its state folder. */
export function diskFile(source: DiskSource, stateDir: string): string {
  return path.join(stateDir, source.kind === "image" ? "disk.img" : "disk.qcow2");
}

/** The guest's own disk in its state folder: written from the source, or the one that is there from last time. */
export async function prepareDisk(source: DiskSource, stateDir: string, persistent: boolean, qemuImg: string): Promise<Drive> {
  const file = diskFile(source, stateDir);
  const drive: Drive = { file, format: source.kind === "image" ? "raw" : "qcow2", boot: true, disposable: !persistent };
  const origin = source.sha256 ?? source.label;
  const note = path.join(stateDir, "disk.json");
  if (fs.existsSync(file)) {
    const { origin: previous } = JSON.parse(fs.readFileSync(note, "utf8")) as { origin: string };
    if (previous !== origin) log(`${stateDir} holds a disk made from ${previous}, the target's is ${origin}: the old disk is used. Remove the folder to begin anew.`);
    return drive;
  }
  // The note first: a disk without one would be of unknown origin.
  writeFileAtomic(note, `${JSON.stringify({ origin })}\n`);
  if (source.kind === "image") writeDisk(source.plan, file);
  else await makeOverlay(source, file, qemuImg);
  return drive;
}

async function makeOverlay(source: DiskSource & { kind: "file" }, target: string, qemuImg: string): Promise<void> {
  const temporary = unfinishedPath(target);
  await exec(qemuImg, ["create", "-q", "-f", "qcow2", "-F", source.format, "-b", path.resolve(source.file), temporary]);
  finish(temporary, target);
}

/** Gives the kernel more arguments, by the environment block of the boot loader on the guest's own disk. */
export function appendToKernel(source: DiskSource, drive: Drive, args: string): void {
  if (source.kind === "file") throw new Failure("--append: needs the target's own image, not --disk: the partitions of a foreign disk are not known");
  appendKernelArguments(drive.file, source.plan.table, args);
}

/** Bytes that a file takes on disk, and how long it says it is. */
export function diskSizes(file: string): { used: number; nominal: number } {
  const { blocks, size } = fs.statSync(file);
  return { used: blocks * 512, nominal: size };
}
