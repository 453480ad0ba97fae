import type { Accelerator } from "../../vm/accelerator.ts";

/** What one group may hold. */
export interface GroupQuota {
  vms: number;
  vCPUs: number;
  memoryMiB: number;
  /** Bytes of the files it uploaded or had fetched. */
  fileBytes: number;
}

/** What the host has to give, over all groups. */
export interface HostQuota {
  groups: number;
  vms: number;
  vCPUs: number;
  memoryMiB: number;
  /** Bytes of the disk that stay free, whatever is asked for. */
  reservedBytes: number;
}

/** The programs the server starts. */
export interface FarmTools {
  qemuSystem: string;
  qemuImg: string;
  /** UEFI image for `-bios`. */
  firmware: string;
  tar: string;
  zstd: string;
}

/** Everything the server is told when it starts. */
export interface FarmOptions {
  tools: FarmTools;
  /** Folder of database, files, images and disks. */
  stateFolder: string;
  /** Name of this host in answers. */
  hostname: string;
  /** What a request may ask of the host: `dc=...`, `performance` ... */
  hostFeatures: readonly string[];
  accelerator: Accelerator;
  network: NetworkOptions;
  /**
   * What the guest sees of a drive of the template usb-storage. Kernels made for clouds, such as Debian's that our image has, are built without USB
   * (CONFIG_USB_SUPPORT): to them a stick does not exist, however long they wait.
   */
  usbStorage: "virtio" | "usb";
  /** The most that one VM is given; it may ask for more. */
  vmMaximum: { vCPUs: number; memoryMiB: number };
  groupQuota: GroupQuota;
  hostQuota: HostQuota;
  /** Seconds a group lives that does not say. */
  defaultTtl: number;
  /** Longest life in seconds that may be asked for. */
  maxTtl: number;
  /** Largest file, uploaded or fetched, and largest unpacked image. */
  maxFileBytes: number;
  maxImageBytes: number;
  /** Seconds a file is kept that no group needs any more. */
  fileRetention: number;
  /** Beginnings of the URLs that images may be fetched from; any http(s) URL when empty. */
  imageUrls: readonly string[];
  /** Whether a client may give QEMU arguments of its own. They can read every file of the server's account. */
  allowQemuArgs: boolean;
  /** Milliseconds between two rounds of the collector. */
  collectEveryMs: number;
}

/** How guests reach the network. */
export type NetworkOptions =
  /** QEMU's own: these ports of a guest are forwarded from ports of the host in the range, both ends included. Clients are told the advertised host. */
  | { kind: "user"; forwardAddress: string; advertisedHost: string; guestPorts: readonly number[]; portRange: readonly [number, number] }
  /** A bridge of the host whose router announces the /64 `prefix`. */
  | { kind: "bridge"; bridge: string; prefix: string };
