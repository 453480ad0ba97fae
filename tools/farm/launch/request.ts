import type { GuestConfig } from "../../launch/guest-config.ts";
import type { HostFeature, VmAllocation } from "../wire/allocation.ts";
import type { RemoteDescription, RemoteTools } from "./description.ts";

/** How the farm gets the image. */
export type ImageSource =
  /** From us: the archive of the target goes to the farm itself. */
  | { kind: "upload" }
  /** From an artifact store, where the archive is put unless it is there. */
  | { kind: "store"; url: string; downloadUrl?: string | undefined }
  /** From a URL: nothing is sent. */
  | { kind: "url"; url: string; sha256: string };

/** What a remote launch was asked for: the target and the flags. */
export interface RemoteRequest {
  target: RemoteDescription;
  tools: RemoteTools;
  /** Base URL of the farm. */
  farm: string;
  token?: string | undefined;
  image: ImageSource;
  vCPUs: number;
  memoryMiB: number;
  /** The boot disk is grown to at least this. */
  diskGiB?: number | undefined;
  hostFeatures: readonly HostFeature[];
  allocation: VmAllocation;
  /** Public key file the user named. */
  sshKey?: string | undefined;
  /** What the CONFIG volume is made from. */
  guest: GuestConfig;
  /** The fact after which the guest counts as ready. */
  wait: "none" | "ssh" | "healthy";
  /** Seconds for `wait`. */
  timeout: number;
  /** Leave the guest running for so many seconds; without, it runs as long as the launcher. */
  detachedTtl?: number | undefined;
  /** One JSON object on stdout, all else on stderr. */
  json: boolean;
}
