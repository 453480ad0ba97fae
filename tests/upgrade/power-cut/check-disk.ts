import { createHash } from "node:crypto";
import fs from "node:fs";
import { execa } from "execa";
import type { Slot } from "../../../ic-os/manageboot/boot-state.ts";
import type { UpdateManifest } from "../../../tools/image/update/manifest.ts";
import type { GuestDisk } from "../../../tools/vm/testing/guest-disk.ts";
import { expectBoot, type Expectation } from "./expectation.ts";

/** What is looked at without a guest. */
export interface DiskCheck {
  expectation: Expectation;
  /** What is wrong; nothing may be. */
  problems: string[];
}

/**
 * Looks at a disk after a cut, without booting it: the boot loader's state is one of those that an upgrade goes through, its file system needs
 * no repair, and the slot that boots next is whole. `update` is what slot B holds when it is whole; slot A is the one that the disk came with.
 */
export async function checkDisk(disk: GuestDisk, tools: { e2fsck: string }, update: UpdateManifest): Promise<DiskCheck> {
  const expectation = expectBoot(disk);
  const problems = [...expectation.before.problems];
  const { alternative, cycle, attempt } = expectation.before;
  const state = `${alternative} ${cycle} ${attempt ?? "-"}`;
  if (!["A install -", "A stable -", "B first_boot B", "B failsafe_check B", "B stable -"].includes(state)) problems.push(`grubenv: ${state} is no state of an upgrade`);
  problems.push(...(await fileSystemProblems(disk, tools.e2fsck, "grub")));
  if (expectation.slot === "B") problems.push(...slotProblems(disk, "B", update));
  return { expectation, problems };
}

/** e2fsck ends with 0 when there is nothing to repair; -n changes nothing. */
async function fileSystemProblems(disk: GuestDisk, e2fsck: string, partition: string): Promise<string[]> {
  const { offset } = disk.partition(partition);
  const result = await execa(e2fsck, ["-fn", `${disk.file}?offset=${offset}`], { reject: false });
  return result.exitCode === 0 ? [] : [`${partition}: e2fsck ends with ${result.exitCode}: ${result.stdout.replaceAll("\n", "; ")}`];
}

function slotProblems(disk: GuestDisk, slot: Slot, update: UpdateManifest): string[] {
  return (["boot", "root"] as const).flatMap((image) => {
    const name = `${slot}_${image}`;
    const sum = sha256(disk.file, disk.partition(name).offset, update[image].bytes);
    return sum === update[image].sha256 ? [] : [`${name} boots next and is not whole: SHA-256 ${sum}`];
  });
}

function sha256(file: string, offset: number, bytes: number): string {
  const hash = createHash("sha256");
  const buffer = Buffer.alloc(1 << 20);
  const fd = fs.openSync(file, "r");
  try {
    for (let done = 0; done < bytes; ) {
      const read = fs.readSync(fd, buffer, 0, Math.min(buffer.length, bytes - done), offset + done);
      if (read === 0) break;
      hash.update(buffer.subarray(0, read));
      done += read;
    }
  } finally {
    fs.closeSync(fd);
  }
  return hash.digest("hex");
}
