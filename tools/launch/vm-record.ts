import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "../lib/atomic.ts";
import { isAlive } from "../vm/process-identity.ts";

const identity = z.object({ pid: z.int(), startTime: z.string() });

const record = z.object({
  /** Name of the guest: its family and a number. */
  vm: z.string(),
  /** Name in the description of the launch target: what `:ssh` and `:stop` look for. */
  family: z.string(),
  label: z.string(),
  /** The launcher while it prepares; QEMU as soon as it runs. The guest lives as long as this process. */
  process: identity,
  accelerator: z.enum(["kvm", "tcg"]),
  sshPort: z.int(),
  apiPort: z.int(),
  user: z.string(),
  /** Private key that opens the guest. */
  key: z.string(),
  sshCommand: z.string(),
  stateDir: z.string(),
  consoleLog: z.string(),
  /** Folder of QEMU's sockets. */
  runtimeFolder: z.string(),
  /** True when the state folder outlives the guest. */
  persistent: z.boolean(),
  image: z.object({ label: z.string(), sha256: z.string().nullable(), version: z.string().nullable() }),
});

/** What is written down about a guest, in vm.json of its state folder. */
export type VmRecord = z.infer<typeof record>;

/** Writes a guest's record. */
export function writeRecord(vm: VmRecord): void {
  writeFileAtomic(recordFile(vm.stateDir), `${JSON.stringify(vm, null, 2)}\n`, 0o600);
}

/** The record in a state folder, undefined when there is none that can be read. */
export function readRecord(stateDir: string): VmRecord | undefined {
  try {
    return record.parse(JSON.parse(fs.readFileSync(recordFile(stateDir), "utf8")));
  } catch {
    return undefined;
  }
}

/** True while the guest's process runs. */
export function isRunning(vm: VmRecord): boolean {
  return isAlive(vm.process);
}

/** Name of the record in a state folder. */
export function recordFile(stateDir: string): string {
  return path.join(stateDir, "vm.json");
}
