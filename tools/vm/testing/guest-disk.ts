import fs from "node:fs";
import { Failure } from "../../lib/failure.ts";
import { planFromManifest, readManifest } from "../../image/disk/manifest.ts";
import type { DiskPlan } from "../../image/disk/plan.ts";
import { writeDisk } from "../../image/disk/write.ts";
import { partitionBytes } from "../../image/partitions/table.ts";
import { located } from "../vm-tools.ts";

/** A disk of a test, as a file that the test may change while no guest uses it. */
export interface GuestDisk {
  file: string;
  /** Place of a partition on the disk, in bytes. */
  partition(name: string): { offset: number; length: number };
  /** Changes one byte, given by its place in a partition: its bits are inverted. */
  flipByte(partition: string, offset: number): void;
}

/** Writes the disk of an image manifest to a sparse file, of another size than the manifest's when one is given, in bytes. */
export function writeGuestDisk(manifest: string, file: string, diskBytes?: number): GuestDisk {
  const image = planFromManifest(readManifest(manifest), located);
  const plan = { ...image, table: { ...image.table, diskBytes: diskBytes ?? image.table.diskBytes } };
  writeDisk(plan, file);
  const partition = (name: string): { offset: number; length: number } => placeOf(plan, name);
  return { file, partition, flipByte: (name, offset) => flip(file, partition(name).offset + offset) };
}

function placeOf(plan: DiskPlan, name: string): { offset: number; length: number } {
  const found = plan.table.partitions.find((part) => part.name === name);
  if (found === undefined) throw new Failure(`no partition ${name}; there is ${plan.table.partitions.map((part) => part.name).join(", ")}`);
  return partitionBytes(found);
}

function flip(file: string, position: number): void {
  const fd = fs.openSync(file, "r+");
  try {
    const byte = Buffer.alloc(1);
    fs.readSync(fd, byte, 0, 1, position);
    byte[0] = byte[0]! ^ 0xff;
    fs.writeSync(fd, byte, 0, 1, position);
  } finally {
    fs.closeSync(fd);
  }
}
