import fs from "node:fs";
import path from "node:path";
import { log } from "../../tools/lib/log.ts";
import { missingZstdEnd } from "../../tools/image/archive/zstd-end.ts";
import { MEMBERS, type UpdateManifest } from "../../tools/image/update/manifest.ts";
import { Failure } from "../../tools/lib/failure.ts";
import type { Slot } from "./boot-state.ts";
import { ByteReader } from "./byte-reader.ts";
import { checkImage, runningVersion, type Allowed } from "./check-image.ts";
import { changeGrubenv } from "./grubenv-file.ts";
import { openImage } from "./open-image.ts";
import { PartitionWriter } from "./partition-writer.ts";
import { Progress } from "./progress.ts";
import { sha256Of, type ReadBack } from "./read-back.ts";
import { requireStable } from "./require-stable.ts";
import { readSlotRecord, writeSlotRecord } from "./slot-record.ts";
import type { System } from "./system.ts";
import { expectEnd, nextMember } from "./tar-members.ts";
import { wipeVar } from "./wipe-var.ts";

/** What an install did. */
export interface Installed {
  slot: Slot;
  version: string;
  /** Name of the key that the image was signed with. */
  signer: string;
  /** Bytes written to the slot. */
  bytes: number;
  /** Time from the first write to the end, and how much of it was reading back. */
  seconds: number;
  verifySeconds: number;
}

/** Withheld until the rest is known to be good: the superblock of the boot file system, without which the slot cannot be booted. */
const HEAD_BYTES = 64 << 10;

/** Writes an update image to the slot that does not run. Until it is there as a whole and was read back, the slot cannot be booted or committed. */
export async function install(system: System, readBack: ReadBack, file: string, allowed: Allowed): Promise<Installed> {
  const { running, target, state } = requireStable(system, "upgrade-install");
  const reader = new ByteReader(openImage(file));
  const { manifest, signer } = await checkImage(system, reader, target, allowed);
  refuseShortFile(file);
  log(`installing ${manifest.version} to slot ${target}, signed by ${signer}`);
  const start = performance.now();
  await rememberRunning(system, running);
  await writeSlotRecord(system, target, { format: 1, state: "incomplete", version: manifest.version });
  // The slot's last attempt is history once it holds something else.
  if (state.attempt !== undefined) changeGrubenv(system.grubenv, new Map([["upgrade_attempt", undefined]]));
  await wipeVar(system, target);
  const { verifySeconds } = await fillSlot(system, readBack, reader, target, manifest);
  const { boot, root, version } = manifest;
  await writeSlotRecord(system, target, { format: 1, state: "installed", version, boot, verity: root.verity });
  return { slot: target, version, signer, bytes: boot.bytes + root.bytes, seconds: (performance.now() - start) / 1000, verifySeconds };
}

/** A stream shows that it was cut short only where it ends; a file is looked at before anything is written. */
function refuseShortFile(file: string): void {
  if (file === "-" || !fs.statSync(file).isFile()) return;
  const problem = missingZstdEnd(file);
  if (problem !== undefined) throw new Failure(`${file} is refused, nothing was written: ${problem}`, { hint: "download it again" });
}

async function fillSlot(system: System, readBack: ReadBack, reader: ByteReader, target: Slot, manifest: UpdateManifest): Promise<{ verifySeconds: number }> {
  const devices = { boot: path.join(system.partitions, `${target}_boot`), root: path.join(system.partitions, `${target}_root`) };
  const progress = new Progress(`writing slot ${target}`, manifest.boot.bytes + manifest.root.bytes);
  const boot = new PartitionWriter(devices.boot, HEAD_BYTES, (bytes) => progress.add(bytes));
  try {
    boot.wipeHead(HEAD_BYTES);
    await boot.writeMember(reader, await nextMember(reader, MEMBERS.boot), manifest.boot);
    const root = new PartitionWriter(devices.root, 0, (bytes) => progress.add(bytes));
    try {
      await root.writeMember(reader, await nextMember(reader, MEMBERS.root), manifest.root);
    } finally {
      root.close();
    }
    await expectEnd(reader);
    progress.end(`written; reading slot ${target} back through dm-verity`);
    const start = performance.now();
    await readBack.forget(devices.root);
    await readBack.verity(devices.root, manifest.root.verity, "all");
    boot.release();
    await verifyBoot(readBack, devices.boot, manifest.boot);
    return { verifySeconds: (performance.now() - start) / 1000 };
  } finally {
    boot.close();
  }
}

/** Compares what a boot partition holds on the disk with what it should. */
export async function verifyBoot(readBack: ReadBack, device: string, expected: { bytes: number; sha256: string }): Promise<void> {
  await readBack.forget(device);
  const sum = sha256Of(device, expected.bytes);
  if (sum !== expected.sha256) throw new Failure(`${device} does not hold what was installed: expected SHA-256 ${expected.sha256}, got ${sum}`, { hint: "manageboot guestos upgrade-install FILE" });
}

/** A system that came with the disk has no record yet: the other slot will want to know what it was. */
async function rememberRunning(system: System, running: Slot): Promise<void> {
  const version = runningVersion(system);
  if (readSlotRecord(system, running)?.version !== version) await writeSlotRecord(system, running, { format: 1, state: "good", version });
}
