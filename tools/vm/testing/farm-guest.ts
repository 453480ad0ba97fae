import fs from "node:fs";
import path from "node:path";
import { localGuestConfig } from "../../config/guestos-config.ts";
import { FarmClient } from "../../farm/client/farm-client.ts";
import { groupMetadata } from "../../farm/client/metadata.ts";
import { publishImage, uploadImage } from "../../farm/launch/offer-image.ts";
import { imageSource } from "../../farm/launch/remote-flags.ts";
import { farmToken, whichFarm } from "../../farm/launch/which-farm.ts";
import { FarmMachine } from "../../farm/machine/farm-machine.ts";
import { NotOnFarm } from "../../farm/machine/not-on-farm.ts";
import type { ImageLocation } from "../../farm/wire/image-location.ts";
import { writeDiskArchive } from "../../image/disk/archive.ts";
import { planFromManifest, readManifest } from "../../image/disk/manifest.ts";
import { log } from "../../lib/log.ts";
import { located } from "../vm-tools.ts";
import type { GuestDisk } from "./guest-disk.ts";
import { makeGuestFolder } from "./guest-folder.ts";
import { imageManifest, testConfig, type TestConfig } from "./test-config.ts";
import type { TestGuest, TestGuestOptions } from "./test-guest.ts";

/** Options that say something about hardware which no request of a farm can. */
const localOptions = ["clock", "configDrive", "network", "smbios"] as const;

/** As `makeTestGuest`, on the farm that the build settings or ICOS_FARM_URL name. */
export async function makeFarmGuest(image: string, options: TestGuestOptions): Promise<TestGuest> {
  const config = testConfig();
  const name = options.name ?? image;
  for (const option of localOptions) if (options[option] !== undefined) throw new NotOnFarm(name, `the option ${option}`);
  if (options.diskBytes !== undefined && options.diskBytes % 2 ** 30 !== 0) throw new NotOnFarm(name, "the option diskBytes with a part of a GiB");
  const manifest = imageManifest(config, image);
  const folder = await makeGuestFolder(name, config.tools);
  const farm = new FarmClient({ url: whichFarm(undefined, config.farm), token: farmToken(), log });
  // What it asks for when nobody says: as a guest of this machine, and as the launcher.
  const { memoryMiB = 4096, cpus = 1, diskBytes, ports = [], user = "root" } = options;
  const group = `${name}-test--${Date.now()}-${process.pid}`;
  const machine = new FarmMachine({
    ...{ name, farm, group, metadata: groupMetadata(process.env["TEST_TARGET"] ?? name), tools: config.tools, vCPUs: cpus, memoryMiB, folder: folder.path },
    diskGiB: diskBytes === undefined ? undefined : diskBytes / 2 ** 30,
    image: () => offerDisk(farm, group, manifest, folder.path, config),
    configVolume: () => folder.writeConfig(localGuestConfig({ hostname: name })),
    ports: ports.map((wish) => wish.guestPort),
    login: { user, key: folder.key, ...options.login },
  });
  return { machine, disk: farmDisk(name), folder: folder.path };
}

/** Packs the disk as `disk_archive` does, byte for byte: a farm or store that has it from elsewhere is sent nothing. */
async function offerDisk(farm: FarmClient, group: string, manifest: string, folder: string, { artifactStore }: TestConfig): Promise<ImageLocation> {
  const archive = path.join(folder, "disk-img.tar.zst");
  await writeDiskArchive(planFromManifest(readManifest(manifest), located), archive);
  try {
    const offered = (await publishImage(imageSource({}, artifactStore), archive)) ?? (await uploadImage(farm, group, archive));
    return offered.location;
  } finally {
    fs.rmSync(archive);
  }
}

/** The disk of a guest on a farm is the farm's. */
function farmDisk(name: string): GuestDisk {
  const refuse = (asked: string): never => {
    throw new NotOnFarm(name, asked);
  };
  return {
    get file() {
      return refuse("disk.file");
    },
    partition: () => refuse("disk.partition()"),
    flipByte: () => refuse("disk.flipByte()"),
  };
}
