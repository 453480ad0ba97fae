import fs from "node:fs";
import path from "node:path";
import { exec } from "../../../tools/lib/exec.ts";
import { log } from "../../../tools/lib/log.ts";
import { parseManifest, type UpdateManifest } from "../../../tools/image/update/manifest.ts";
import type { VmTools } from "../../../tools/vm/vm-tools.ts";
import { checkBoot, type BootCheck } from "./check-boot.ts";
import { checkDisk } from "./check-disk.ts";
import type { Cut } from "./cut.ts";
import { DiskAtCut } from "./disk-at-cut.ts";
import { lastWitness } from "./markers.ts";
import type { TestNode } from "./node.ts";
import { writeGuestDisk } from "../../../tools/vm/testing/guest-disk.ts";
import { stepAt, type Recording, type Step } from "./recording.ts";

/** One cut and what came of it. */
export interface CutResult {
  index: number;
  step: Step;
  unflushed: Cut["unflushed"];
  slot: string;
  /** Absent when the disk was only looked at. */
  boot?: BootCheck;
  problems: string[];
}

/** What is needed to make cuts and look at what they leave. */
export interface CutBench {
  node: TestNode;
  recording: Recording;
  /** Manifest of the disk image that was recorded. */
  manifest: string;
  /** The update that was installed. */
  update: UpdateManifest;
  /** Version of the system that the disk came with. */
  version: string;
  /** Whether a guest must start every unit, or only get as far as a login and the node's data. */
  everyUnit: boolean;
  tools: VmTools & { e2fsck: string };
}

/** Makes each cut, looks at the disk, and boots a guest from it when `boots` says so. Cuts come in the order of their `index`. */
export async function runCuts(bench: CutBench, cuts: readonly Cut[], boots: (cut: Cut) => boolean, done: (result: CutResult) => void): Promise<void> {
  const { node, recording } = bench;
  const disk = writeGuestDisk(bench.manifest, path.join(node.folder, "cut.img"));
  const at = new DiskAtCut(recording.log, disk.file);
  try {
    for (const cut of cuts) {
      at.moveTo(cut);
      const { expectation, problems } = await checkDisk(disk, bench.tools, bench.update);
      const result: CutResult = { index: cut.index, step: stepAt(recording, cut.index), unflushed: cut.unflushed, slot: expectation.slot, problems };
      if (boots(cut)) {
        const witness = lastWitness(recording.witnesses, cut.index);
        log(`cut at ${cut.index} (${result.step}): ${JSON.stringify(cut.unflushed)}, grubenv ${expectation.before.alternative} ${expectation.before.cycle}: booting slot ${expectation.slot}`);
        result.boot = await bootOverlay(bench, disk.file, { ...expectation, witness, everyUnit: bench.everyUnit, versions: { A: bench.version, B: bench.update.version } });
        problems.push(...result.boot.problems);
      }
      done(result);
    }
  } finally {
    at.close();
    fs.rmSync(disk.file, { force: true });
  }
}

/** The guest writes to an overlay: the file goes on to the next cut as it is. */
async function bootOverlay({ node, tools }: CutBench, disk: string, wanted: Parameters<typeof checkBoot>[1]): Promise<BootCheck> {
  const overlay = `${disk}.qcow2`;
  await exec(tools.qemuImg, ["create", "-q", "-f", "qcow2", "-b", disk, "-F", "raw", overlay]);
  const machine = node.machine("after-cut", overlay);
  try {
    return await checkBoot(machine, wanted);
  } catch (error) {
    return { slot: "-", state: "-", witness: Number.NaN, seconds: Number.NaN, problems: [`the guest does not come up: ${(error as Error).message}`, machine.consoleLog().slice(-2000)] };
  } finally {
    await machine.cutPower();
    fs.rmSync(overlay, { force: true });
  }
}

/** The manifest that a build put beside an update image. */
export function readUpdateManifest(file: string): UpdateManifest {
  return parseManifest(fs.readFileSync(file));
}
