import fs from "node:fs";
import { log } from "../../lib/log.ts";
import { findUserKey, launchKeys } from "../../launch/ssh-key.ts";
import { located } from "../../vm/vm-tools.ts";
import { eventLine, vmCreatedEvent } from "../client/events.ts";
import type { FarmClient } from "../client/farm-client.ts";
import { configVolumeName, writeRemoteConfig } from "./config-volume.ts";
import { assertReachable, endpoint, httpUrl, type Endpoint } from "./endpoints.ts";
import { groupFolder, writeGroupRecord, type GroupRecord } from "./group-record.ts";
import { remoteSshCommand, type RemoteFacts } from "./header.ts";
import { uploadImage, type OfferedImage } from "./offer-image.ts";
import type { RemoteRequest } from "./request.ts";

/** A VM that runs on a farm, and the way in. */
export interface StartedVm {
  facts: RemoteFacts;
  ssh: Endpoint | null;
  /** Private key of the launcher. */
  ownKey: string;
}

/** Fills a group that was created: the image unless the farm has another way to it, the VM, its CONFIG volume; starts the VM. */
export async function startRemoteVm(farm: FarmClient, request: RemoteRequest, draft: GroupRecord, published: OfferedImage | undefined): Promise<StartedVm> {
  const { group, vm: name } = draft;
  const { target } = request;
  const image = published ?? (await uploadImage(farm, group, located(target.image.archive)));
  const folder = groupFolder(group);
  const keys = await launchKeys(findUserKey(request.sshKey), folder, request.tools.sshKeygen);
  log(`logins by SSH with ${keys.origin}`);
  const vm = await farm.createVm(group, name, {
    type: "production",
    vCPUs: request.vCPUs,
    memoryKiB: request.memoryMiB * 1024,
    primaryImage: image.location,
    primaryImageMinimalSizeGiB: request.diskGiB ?? null,
    requiredHostFeatures: [...request.hostFeatures],
  });
  log(eventLine(vmCreatedEvent(name, vm)));
  if (vm.spec.vCPUs < request.vCPUs || vm.spec.memoryKiB < request.memoryMiB * 1024) log(`asked for ${request.vCPUs} vCPUs and ${request.memoryMiB} MiB, the farm grants ${vm.spec.vCPUs} and ${vm.spec.memoryKiB / 1024}`);
  // Before the minutes that a start takes: what cannot be reached cannot be waited for.
  assertReachable(vm, request.wait);
  const [ssh, api] = [endpoint(vm, 22), endpoint(vm, 8080)];
  const consoleUrl = farm.consoleUrl(group, name);
  const sshCommand = ssh === null ? null : remoteSshCommand(ssh, target.user, keys.identity);
  const record = { ...draft, ipv6: vm.ipv6, api: api === null ? null : httpUrl(api), consoleUrl, sshCommand };
  writeGroupRecord(record);
  const config = await writeRemoteConfig(request, vm.ipv6, keys.authorized, folder);
  const { id } = await farm.uploadFile(group, config, { name: configVolumeName });
  await farm.attachUsbDrives(group, name, [{ _tag: "imageViaId", id }]);
  await farm.startVm(group, name);
  log(eventLine({ event_name: "vm_console_link_created_event", body: { url: consoleUrl, vm_name: name } }));
  const version = target.image.version === undefined || request.image.kind === "url" ? null : fs.readFileSync(located(target.image.version), "utf8").trim();
  const label = request.image.kind === "url" ? request.image.url : target.image.label;
  return { facts: { record, vm, image: { label, sha256: image.sha256, version } }, ssh, ownKey: keys.ownKey };
}
