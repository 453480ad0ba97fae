import fs from "node:fs";
import { exec } from "../../lib/exec.ts";
import type { DiskFormat } from "./qcow2-header.ts";

/** A disk that starts as `base` and takes what the guest writes. `minimalGiB` lets it grow; it never shrinks. The base is not written to. */
export async function makeOverlay(qemuImg: string, base: { file: string } & DiskFormat, target: string, minimalGiB: number | null): Promise<void> {
  const bytes = Math.max(base.bytes, (minimalGiB ?? 0) * 2 ** 30);
  const temporary = `${target}.new`;
  try {
    await exec(qemuImg, ["create", "-q", "-f", "qcow2", "-F", base.format, "-b", base.file, temporary, String(bytes)]);
    fs.renameSync(temporary, target);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}
