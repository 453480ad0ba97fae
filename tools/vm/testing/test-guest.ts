import path from "node:path";
import { localGuestConfig, type GuestosConfig } from "../../config/guestos-config.ts";
import { LocalMachine } from "../local-machine.ts";
import type { Machine } from "../machine.ts";
import type { Drive } from "../qemu-args.ts";
import type { MachineOptions } from "../machine-options.ts";
import type { NetworkPlace } from "../network/place.ts";
import { makeFarmGuest } from "./farm-guest.ts";
import { writeGuestDisk, type GuestDisk } from "./guest-disk.ts";
import { makeGuestFolder } from "./guest-folder.ts";
import { imageManifest, testAccelerator, testConfig } from "./test-config.ts";

/** What a test may want different about its guest. */
export type TestGuestOptions = Partial<Pick<MachineOptions, "memoryMiB" | "cpus" | "ports" | "login" | "smbios" | "display" | "clock" | "network">> & {
  /** Name of the guest in messages and its host name; the image's without it. */
  name?: string;
  /** Who the test logs in as, with the guest's own key: "root" without it. The CONFIG volume lets the key in as "admin" too. */
  user?: string;
  /** What is different about the drive of the CONFIG volume. */
  configDrive?: Partial<Drive>;
  /** Size of the disk, when it is another than the image's; a multiple of 512. */
  diskBytes?: number;
};

/** A guest of a test with what belongs to it. */
export interface TestGuest {
  machine: Machine;
  disk: GuestDisk;
  /** Folder with the guest's disk, keys and logs. */
  folder: string;
}

/**
 * Makes a guest from an image of the `vm_test`: its own disk, its own key, a CONFIG volume that lets the key in. It is not started. It runs on this machine
 * or on a farm, as `testConfig().backend` says.
 */
export async function makeTestGuest(image: string, options: TestGuestOptions = {}): Promise<TestGuest> {
  return testConfig().backend === "farm" ? makeFarmGuest(image, options) : makeLocalGuest(image, options);
}

async function makeLocalGuest(image: string, { name = image, configDrive, diskBytes, user = "root", ...options }: TestGuestOptions): Promise<TestGuest> {
  const config = testConfig();
  const manifest = imageManifest(config, image);
  const { path: folder, key, writeConfig } = await makeGuestFolder(name, config.tools);
  const volume = await writeConfig(guestConfig(name, options.network));
  const disk = writeGuestDisk(manifest, path.join(folder, "disk.img"), diskBytes);
  const machine = new LocalMachine({
    ...{ name, tools: config.tools, accelerator: await testAccelerator(config), folder, login: { user, key }, display: true },
    drives: [
      { file: disk.file, format: "raw", boot: true, disposable: true },
      { file: volume, format: "raw", readOnly: true, serial: "config", ...configDrive },
    ],
    removeWithGuest: [folder],
    ...options,
  });
  return { machine, disk, folder };
}

/** On a network of guests the addresses are those of the guest's place. */
function guestConfig(hostname: string, place: NetworkPlace | undefined): GuestosConfig {
  const config = localGuestConfig({ hostname });
  if (place === undefined) return config;
  config.network_settings.ipv6_config = { Fixed: { address: `${place.ipv6}/64`, gateway: place.ipv6Gateway } };
  config.network_settings.ipv4_config = { address: place.ipv4, prefix_length: 24, gateway: place.ipv4Gateway };
  return config;
}
