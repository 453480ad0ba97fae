import fs from "node:fs";
import { log } from "../../lib/log.ts";
import { ArtifactStore } from "../client/artifact-store.ts";
import type { FarmClient } from "../client/farm-client.ts";
import { fileDigest } from "../client/file-digest.ts";
import { uploadProgress, uploadSummary } from "../client/upload-progress.ts";
import type { ImageLocation } from "../wire/image-location.ts";
import type { ImageSource } from "./request.ts";

/** Name of the uploaded archive, as the farm's log shows it. */
const archiveName = "disk-img.tar.zst";

/** An image that a farm can get: where, and its SHA-256. */
export interface OfferedImage {
  location: ImageLocation;
  sha256: string;
}

/** Makes sure that an image is where the farm will look for it, before anything is created there; undefined when its archive has to go to the farm itself. */
export async function publishImage(image: ImageSource, archive: string, signal?: AbortSignal): Promise<OfferedImage | undefined> {
  if (image.kind === "url") return byUrl(image.url, image.sha256);
  if (image.kind === "upload") return undefined;
  const sha256 = await fileDigest(archive, signal);
  const store = new ArtifactStore({ url: image.url, downloadUrl: image.downloadUrl, log, signal });
  const { url } = await shown(archive, (onSent) => store.put(archive, sha256, onSent));
  return byUrl(url, sha256);
}

/** Gives the farm the archive itself. */
export async function uploadImage(farm: FarmClient, group: string, archive: string): Promise<OfferedImage> {
  const { id } = await shown(archive, (onSent) => farm.uploadFile(group, archive, { name: archiveName, onSent }));
  return { location: { _tag: "icOsImageViaId", id }, sha256: id };
}

function byUrl(url: string, sha256: string): OfferedImage {
  return { location: { _tag: "icOsImageViaUrl", url, sha256 }, sha256 };
}

async function shown<T extends { sent: boolean }>(file: string, send: (onSent: (bytes: number) => void) => Promise<T>): Promise<T> {
  const { size } = fs.statSync(file);
  const start = performance.now();
  const show = uploadProgress("image", size);
  try {
    const result = await send(show.onSent);
    show.done();
    log(result.sent ? uploadSummary("image", size, performance.now() - start) : "image: is there already, nothing is sent");
    return result;
  } finally {
    show.done();
  }
}
