import fs from "node:fs";
import path from "node:path";
import { writeConfigVolume } from "../config/config-volume.ts";
import { localGuestConfig } from "../config/guestos-config.ts";
import type { FarmClient } from "../farm/client/farm-client.ts";
import { keepAlive, keepAliveTtl } from "../farm/client/keep-alive.ts";
import { groupMetadata } from "../farm/client/metadata.ts";
import { configVolumeName } from "../farm/launch/config-volume.ts";
import { assertReachable, endpoint, httpUrl } from "../farm/launch/endpoints.ts";
import { publishImage, uploadImage } from "../farm/launch/offer-image.ts";
import type { ImageSource } from "../farm/launch/request.ts";
import type { VmAllocation } from "../farm/wire/allocation.ts";
import type { ImageLocation } from "../farm/wire/image-location.ts";
import { writeDiskArchive } from "../image/disk/archive.ts";
import { planFromManifest, readManifest } from "../image/disk/manifest.ts";
import { findUserKey, launchKeys } from "../launch/ssh-key.ts";
import { onInterrupt } from "../launch/interrupt.ts";
import { log } from "../lib/log.ts";
import { waitForHealthy } from "../status/wait-for-healthy.ts";
import { startGuardian } from "../vm/guardian.ts";
import { located, type VmTools } from "../vm/vm-tools.ts";
import { beginRecord } from "./begin.ts";
import { imageOf, type Description } from "./description.ts";
import { destroyTestnet } from "./destroy.ts";
import { farmClient } from "./farm-client.ts";
import { withConsoles } from "./keep-consoles.ts";
import { testnetFolder, writeRecord, type NodeRecord, type TestnetRecord } from "./record.ts";
import { withLimit } from "./with-limit.ts";

/** What `create` was asked for, for a farm. */
export interface FarmCreateRequest {
  description: Description;
  tools: VmTools;
  /** Base URL of the farm. */
  farm: string;
  /** How the farm gets the image. */
  image: ImageSource;
  allocation: VmAllocation;
  memoryMiB: number;
  vCPUs: number;
  /** Nodes that start at the same time. */
  parallel: number;
  /** Seconds for one node from its start to a healthy state. */
  timeout: number;
  /** Seconds that the farm leaves the testnet running. */
  ttl: number;
  sshKey?: string;
}

/** Creates a testnet in one group of a farm and leaves it there when every node is healthy. When anything fails, nothing of it is left. */
export async function createOnFarm(request: FarmCreateRequest): Promise<TestnetRecord> {
  const { description, farm: url } = request;
  const group = `${description.name}--${Date.now()}`;
  const testnet = await beginRecord(description, { backend: "farm", accelerator: null, farm: { url, group, expiresAt: null } }, () => "");
  const stop = new AbortController();
  const guardian = startGuardian();
  guardian.remove(testnetFolder(description.name));
  const end = async (): Promise<void> => {
    stop.abort(new Error("the testnet is given up"));
    await destroyTestnet(testnet, 0);
    guardian.release();
  };
  const stopListening = onInterrupt(end);
  const farm = farmClient(url, stop.signal);
  try {
    await farm.createGroup(group, { ttl: keepAliveTtl, spec: { vmAllocation: request.allocation, metadata: groupMetadata(description.name) } });
    log(`group ${group} on ${farm.url}`);
    const renewal = new AbortController();
    const renewing = keepAlive(farm, group, renewal.signal).catch((error: unknown) => stop.abort(error));
    try {
      await fill(farm, request, testnet, stop.signal);
    } finally {
      renewal.abort();
      await renewing;
    }
    await farm.setTtl(group, request.ttl);
    testnet.farm = { url, group, expiresAt: new Date(Date.now() + request.ttl * 1000).toISOString() };
    testnet.state = "running";
    writeRecord(testnet);
    guardian.release();
    return testnet;
  } catch (error) {
    await fetchConsoles(testnet);
    const failure = withConsoles(testnet, error);
    await end();
    throw failure;
  } finally {
    stopListening();
  }
}

/** Image, VMs and their configurations. All addresses are known before the first node starts. */
async function fill(farm: FarmClient, request: FarmCreateRequest, testnet: TestnetRecord, signal: AbortSignal): Promise<void> {
  const folder = testnetFolder(testnet.testnet);
  const keys = await launchKeys(findUserKey(request.sshKey), folder, request.tools.sshKeygen);
  log(`logins by SSH with ${keys.origin}`);
  testnet.key = keys.ownKey;
  const images = new Map<string, ImageLocation>();
  for (const node of testnet.nodes) {
    const { manifest } = imageOf(request.description, node.subnet);
    const location = images.get(manifest) ?? (await offerImage(farm, request, testnet, manifest, signal));
    images.set(manifest, location);
    await makeVm(farm, request, testnet, node, location);
  }
  writeRecord(testnet);
  const first = testnet.nodes[0]!.subnet;
  const nnsUrls = testnet.nodes.filter((node) => node.subnet === first).map((node) => httpUrl({ host: node.ipv6, port: 8080 }));
  await withLimit(request.parallel, testnet.nodes, async (node) => {
    const config = localGuestConfig({ hostname: node.name });
    config.icos_settings.nns_urls = nnsUrls;
    const volume = path.join(node.folder, configVolumeName);
    await writeConfigVolume({ config, authorizedKeys: { admin: keys.authorized, root: keys.authorized } }, request.tools, volume);
    const { group } = testnet.farm!;
    const { id } = await farm.uploadFile(group, volume, { name: configVolumeName });
    await farm.attachUsbDrives(group, node.name, [{ _tag: "imageViaId", id }]);
    const start = performance.now();
    await farm.startVm(group, node.name);
    await waitForHealthy(node.api!, request.timeout, signal);
    log(`${node.name} is healthy after ${((performance.now() - start) / 1000).toFixed(1)} s`);
  });
}

async function offerImage(farm: FarmClient, { image }: FarmCreateRequest, testnet: TestnetRecord, manifest: string, signal: AbortSignal): Promise<ImageLocation> {
  const archive = path.join(testnetFolder(testnet.testnet), "disk-img.tar.zst");
  if (image.kind !== "url") await writeDiskArchive(planFromManifest(readManifest(located(manifest)), located), archive);
  try {
    return ((await publishImage(image, archive, signal)) ?? (await uploadImage(farm, testnet.farm!.group, archive))).location;
  } finally {
    fs.rmSync(archive, { force: true });
  }
}

async function makeVm(farm: FarmClient, { vCPUs, memoryMiB }: FarmCreateRequest, testnet: TestnetRecord, node: NodeRecord, primaryImage: ImageLocation): Promise<void> {
  const vm = await farm.createVm(testnet.farm!.group, node.name, { type: "production", vCPUs, memoryKiB: memoryMiB * 1024, primaryImage });
  assertReachable(vm, "healthy");
  const ssh = endpoint(vm, 22)!;
  Object.assign(node, { ipv6: vm.ipv6, sshHost: ssh.host, sshPort: ssh.port, api: httpUrl(endpoint(vm, 8080)!) });
  log(`${node.name} on ${vm.hostname}: ${vm.spec.vCPUs} vCPUs, ${vm.spec.memoryKiB / 1024} MiB, ${vm.ipv6}`);
}

/** What the nodes wrote on their consoles, where the farm tells. */
async function fetchConsoles(testnet: TestnetRecord): Promise<void> {
  const farm = farmClient(testnet.farm!.url);
  for (const node of testnet.nodes) {
    const text = await farm.consoleLog(testnet.farm!.group, node.name).catch(() => undefined);
    if (text !== undefined && text.length > 0) fs.writeFileSync(node.consoleLog, text);
  }
}
