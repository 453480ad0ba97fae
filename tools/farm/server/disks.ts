import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { DriveImage } from "../wire/drives.ts";
import type { ImageLocation } from "../wire/image-location.ts";
import type { Files } from "./files.ts";
import { makeOverlay } from "./overlay.ts";
import { diskFormat } from "./qcow2-header.ts";
import { Refused } from "./refused.ts";
import type { VmDrive } from "./vm-rows.ts";

/** Makes a disk in a VM's folder from what a client named: found or fetched, unpacked when it is an archive, never changed itself. */
export class Disks {
  readonly #files: Files;
  readonly #qemuImg: string;

  constructor(files: Files, qemuImg: string) {
    this.#files = files;
    this.#qemuImg = qemuImg;
  }

  async make(folder: string, group: string, source: ImageLocation | DriveImage, minimalGiB: number | null, stillThere: () => void): Promise<VmDrive> {
    const { sha256, unpacked } = await this.#claimed(group, source, stillThere);
    const overlay = `disk-${randomBytes(4).toString("hex")}.qcow2`;
    const file = unpacked ? await this.#files.unpacked(sha256) : this.#files.path(sha256);
    // What came out of an archive is a raw disk, whatever it begins with.
    const format = unpacked ? { format: "raw" as const, bytes: fs.statSync(file).size } : diskFormat(file);
    await makeOverlay(this.#qemuImg, { file, ...format }, path.join(folder, overlay), minimalGiB);
    return { overlay, sha256, unpacked };
  }

  async #claimed(group: string, source: ImageLocation | DriveImage, stillThere: () => void): Promise<{ sha256: string; unpacked: boolean }> {
    stillThere();
    switch (source._tag) {
      case "imageViaId":
      case "icOsImageViaId":
        if (!this.#files.claim(group, source.id)) throw new Refused(404, `there is no file ${source.id}`, { hint: `upload it first: POST group/${group}/file` });
        return { sha256: source.id, unpacked: source._tag === "icOsImageViaId" };
      case "imageViaUrl":
      case "icOsImageViaUrl":
        await this.#files.fetch(group, source.url, source.sha256, stillThere);
        return { sha256: source.sha256, unpacked: source._tag === "icOsImageViaUrl" };
      case "persistentVolumeClaim":
        throw new Refused(422, "persistentVolumeClaim: this farm is no Kubernetes", { hint: "name the image by imageViaId, imageViaUrl, icOsImageViaId or icOsImageViaUrl" });
    }
  }
}

/** Whether two drives hold the same. */
export function sameContent(drive: VmDrive, source: DriveImage): boolean {
  const wanted = source._tag === "imageViaId" ? { sha256: source.id, unpacked: false } : { sha256: source.sha256, unpacked: true };
  return drive.sha256 === wanted.sha256 && drive.unpacked === wanted.unpacked;
}
