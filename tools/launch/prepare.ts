import fs from "node:fs";
import path from "node:path";
import { writeConfigVolume } from "../config/config-volume.ts";
import { ExitCode, Failure } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { pasteable } from "../lib/pasteable.ts";
import { identify } from "../vm/process-identity.ts";
import type { Drive } from "../vm/qemu-args.ts";
import { located } from "../vm/vm-tools.ts";
import { guestVolume } from "./guest-config.ts";
import { appendToKernel, fileSource, imageSource, prepareDisk, type DiskSource } from "./launch-disk.ts";
import type { LaunchRequest } from "./request.ts";
import { findUserKey, launchKeys } from "./ssh-key.ts";
import { isRunning, readRecord, type VmRecord } from "./vm-record.ts";

/** The disk that the request names: a file, or the image of the target. */
export function sourceOf(request: LaunchRequest): DiskSource {
  if (request.disk !== undefined) return fileSource(request.disk);
  const { image } = request.target;
  if (image === undefined) throw new Failure("this target has no image", { exitCode: ExitCode.usage, hint: "--disk FILE" });
  const version = image.version === undefined ? null : fs.readFileSync(located(image.version), "utf8").trim();
  return imageSource(image.label, located(image.manifest), located, version);
}

/** Fails when the folder of `--persist` belongs to a guest that runs. */
export function assertNotInUse(persistDir: string): void {
  const user = readRecord(persistDir);
  if (user === undefined || !isRunning(user)) return;
  throw new Failure(`--persist: ${persistDir} is in use by ${user.vm} (pid ${user.process.pid})`, { exitCode: ExitCode.host, hint: "stop it first, or name another folder" });
}

/** The record of a guest that does not run yet: the launcher stands in for QEMU. */
export function draftRecord(request: LaunchRequest, source: DiskSource): (vm: string, stateDir: string) => VmRecord {
  return (vm, stateDir) => ({
    ...{ vm, stateDir, family: request.target.name, label: request.target.label, accelerator: request.accelerator, user: request.target.user },
    process: identify(process.pid) ?? { pid: process.pid, startTime: "" },
    ...{ sshPort: 0, apiPort: 0, key: path.join(stateDir, "ssh_key"), sshCommand: "", runtimeFolder: path.join(stateDir, "none") },
    consoleLog: path.join(stateDir, "console.log"),
    persistent: request.persistDir !== undefined,
    image: { label: source.label, sha256: source.sha256, version: source.version },
  });
}

/** What a guest's state folder was filled with. */
export interface PreparedState {
  drives: Drive[];
  /** Private key of the launcher. */
  ownKey: string;
  /** `-i` of the printed SSH line. */
  identity: string | undefined;
}

/** Fills the state folder of a guest: keys, CONFIG volume, disk. */
export async function prepareState(request: LaunchRequest, source: DiskSource, vm: VmRecord): Promise<PreparedState> {
  const { tools } = request;
  const keys = await launchKeys(findUserKey(request.sshKey), vm.stateDir, tools.sshKeygen);
  log(`logins by SSH with ${keys.origin}`);
  const config = path.join(vm.stateDir, "config.img");
  await writeConfigVolume(guestVolume(request.guest, vm.vm, keys.authorized), tools, config, request.guest.layout);
  const disk = await prepareDisk(source, vm.stateDir, vm.persistent, tools.qemuImg);
  if (request.append !== undefined) appendToKernel(source, disk, request.append);
  return { drives: [disk, { file: config, format: "raw", readOnly: true, serial: "config" }], ownKey: keys.ownKey, identity: keys.identity };
}

/** The line that a user pastes to log in. */
export function sshCommand(vm: { sshPort: number; user: string }, identity: string | undefined): string {
  const key = identity === undefined ? [] : ["-i", identity];
  const options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"];
  return pasteable("ssh", ["-p", String(vm.sshPort), ...key, ...options, `${vm.user}@127.0.0.1`]);
}
