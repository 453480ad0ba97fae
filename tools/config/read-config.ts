import fs from "node:fs";
import { Failure, failOnProblems } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { checkConfigText, MAX_CONFIG_BYTES } from "./check-config.ts";
import type { GuestosConfig } from "./guestos-config.ts";

/** Reads a config.json: prints warnings, fails with every problem. */
export function readConfigFile(file: string): GuestosConfig {
  const { config, problems, warnings } = checkConfigText(readSmallFile(file, MAX_CONFIG_BYTES + 1));
  for (const warning of warnings) log(`warning: ${file}: ${warning}`);
  failOnProblems(file, problems, { hint: "docs/config.md lists every field" });
  return config!;
}

/** The first `limit` bytes of a file: a user may name a disk, or /dev/zero. */
export function readSmallFile(file: string, limit: number): Buffer {
  try {
    const fd = fs.openSync(file, "r");
    try {
      const buffer = Buffer.alloc(limit);
      let used = 0;
      for (let got = -1; got !== 0 && used < limit; used += got) got = fs.readSync(fd, buffer, used, limit - used, null);
      return buffer.subarray(0, used);
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    throw new Failure(`${file}: cannot be read: ${(error as Error).message}`);
  }
}
