import fs from "node:fs";
import { Refused } from "./refused.ts";

/** Bytes that may still be written to the disk of a folder. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize;
}

/** Refuses when so many more bytes would eat into the reserve. */
export function assertSpace(folder: string, bytes: number, reservedBytes: number): void {
  const free = freeBytes(folder);
  if (free - bytes >= reservedBytes) return;
  const mib = (count: number): string => `${Math.ceil(count / 2 ** 20)} MiB`;
  throw new Refused(507, `the farm's disk has ${mib(Math.max(0, free))} free, ${mib(reservedBytes)} of it reserved: no room for ${mib(bytes)} more`, {
    hint: "delete groups that are no longer used, or ask the farm's operator for space",
  });
}
