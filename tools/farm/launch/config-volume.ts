import path from "node:path";
import { writeConfigVolume } from "../../config/config-volume.ts";
import { guestVolume } from "../../launch/guest-config.ts";
import { httpUrl } from "./endpoints.ts";
import type { RemoteRequest } from "./request.ts";

/** Port of the node's API in the guest. */
const apiPort = 8080;

/** Name of the volume as the farm keeps it. */
export const configVolumeName = "config.img";

/**
 * Writes the CONFIG volume of a VM into a folder. Unless the user brings a document, the node is its own NNS, at the address that the farm gave the VM.
 */
export async function writeRemoteConfig(request: RemoteRequest, ipv6: string, keys: readonly string[], folder: string): Promise<string> {
  const volume = guestVolume(request.guest, request.target.name, keys);
  if (request.guest.document === undefined) volume.config.icos_settings.nns_urls = [httpUrl({ host: ipv6, port: apiPort })];
  const file = path.join(folder, configVolumeName);
  await writeConfigVolume(volume, request.tools, file, request.guest.layout);
  return file;
}
