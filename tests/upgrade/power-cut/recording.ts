import fs from "node:fs";
import path from "node:path";
import { Failure } from "../../../tools/lib/failure.ts";
import { log } from "../../../tools/lib/log.ts";
import type { Installed } from "../../../ic-os/manageboot/install.ts";
import { serveImage } from "../../../ic-os/manageboot/test/image-server.ts";
import { writeGuestDisk } from "../../../tools/vm/testing/guest-disk.ts";
import type { Machine } from "../../../tools/vm/machine.ts";
import { waitFor } from "../../../tools/vm/wait-for.ts";
import { readStatus } from "./guest-status.ts";
import { markCommand, readMarks, type Mark } from "./markers.ts";
import type { TestNode } from "./node.ts";
import { readWriteLog, SECTOR_BYTES, type WriteLog } from "./write-log.ts";
import { startWitness } from "./witness.ts";

/** The steps of an upgrade, in order; each begins where its marker is. */
export const STEPS = ["install", "commit", "first boot", "confirm", "end"] as const;

/** A step of an upgrade. */
export type Step = (typeof STEPS)[number];

/** Everything that a node's disk did from its first boot to the end of an upgrade, or to the step that the recording ended with. */
export interface Recording {
  log: WriteLog;
  /** Where the steps begin. */
  steps: readonly Mark[];
  witnesses: readonly Mark[];
}

/** Lets a node live through an upgrade and records what its disk does. */
export async function record(node: TestNode, manifest: string, update: string, until: "first boot" | "end"): Promise<Recording> {
  const file = path.join(node.folder, "write.log");
  const disk = writeGuestDisk(manifest, path.join(node.folder, "recorded.img"));
  const machine = node.machine("recorded", disk.file, file);
  const begin = (step: Step): Promise<string> => {
    log(`recording: ${step}`);
    return machine.succeed(markCommand("step", step));
  };
  await machine.start();
  try {
    await machine.waitForSsh(600);
    await startWitness(machine);
    await begin("install");
    const { bytes, seconds, verifySeconds } = await installUpdate(machine, update);
    log(`recording: installed ${bytes} bytes in ${rounded(seconds)} s, ${rounded(verifySeconds)} s of it reading back`);
    await begin("commit");
    await machine.succeed("manageboot guestos upgrade-commit --no-reboot", { seconds: 300 });
    await begin("first boot");
    if (until === "end") {
      const restart = performance.now();
      const since = (): number => rounded((performance.now() - restart) / 1000);
      await machine.reboot(900);
      log(`recording: the new system answered ${since()} s after the restart`);
      await startWitness(machine);
      await begin("confirm");
      const isStable = async (): Promise<true | undefined> => ((await readStatus(machine)).state === "stable" ? true : undefined);
      await waitFor("the new system is confirmed", isStable, { seconds: 600, everyMs: 2000 });
      log(`recording: it was confirmed ${since()} s after the restart`);
      await begin("end");
    }
  } finally {
    await machine.cutPower();
    fs.rmSync(disk.file);
  }
  return readRecording(file);
}

/** Reads a recording that was made before. */
export function readRecording(file: string): Recording {
  const written = readWriteLog(file);
  const steps = readMarks(written, "step");
  if (steps.length === 0) throw new Failure(`${file}: no step was recorded`);
  return { log: written, steps, witnesses: readMarks(written, "witness") };
}

/** Streams an update into a guest. */
async function installUpdate(machine: Machine, update: string): Promise<Installed> {
  const server = await serveImage(update);
  try {
    return JSON.parse(await machine.succeed(`curl -sSf ${server.url} | manageboot guestos upgrade-install - --json`, { seconds: 900 })) as Installed;
  } finally {
    server.close();
  }
}

/** The step in which a cut falls. */
export function stepAt({ steps }: Recording, index: number): Step {
  const text = steps.findLast((mark) => mark.index <= index)?.text;
  return STEPS.find((step) => step === text) ?? "install";
}

/** Entries of the log that belong to a step: from its marker to the next one. */
export function stepRange({ log: written, steps }: Recording, step: Step): { from: number; to: number } {
  const at = steps.findIndex((mark) => mark.text === step);
  if (at === -1) throw new Failure(`the recording has no step ${step}; it has ${steps.map((mark) => mark.text).join(", ")}`);
  return { from: steps[at]!.index, to: steps[at + 1]?.index ?? written.entries.length };
}

/** Bytes that were written in a step, by whatever ran then. */
export function bytesWritten(recording: Recording, step: Step): number {
  const { from, to } = stepRange(recording, step);
  return recording.log.entries.slice(from, to).reduce((sum, entry) => sum + (entry.kind === "write" ? entry.sectors * SECTOR_BYTES : 0), 0);
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
