import type { Accelerator } from "../vm/accelerator.ts";
import type { PortWish } from "../vm/machine-options.ts";
import type { VmTools } from "../vm/vm-tools.ts";
import type { Description } from "./description.ts";
import type { GuestConfig } from "./guest-config.ts";

/** What the launcher was asked for: the target and the flags. */
export interface LaunchRequest {
  target: Description;
  tools: VmTools;
  accelerator: Accelerator;
  memoryMiB: number;
  cpus: number;
  /** Exactly this port, or an error. */
  sshPort?: number;
  /** Exactly this port, or an error. */
  apiPort?: number;
  /** Public key file the user named. */
  sshKey?: string;
  /** What its CONFIG volume is made from. */
  guest: GuestConfig;
  /** Folder that keeps disk and state. */
  persistDir?: string;
  /** Arguments for the guest's kernel. */
  append?: string;
  /** Disk image file to boot instead of the target's image. */
  disk?: string;
  /** The fact after which the guest counts as ready. */
  wait?: "ssh" | "console" | "healthy";
  /** Leave the guest running. */
  detach: boolean;
  /** One JSON object on stdout, all else on stderr. */
  json: boolean;
  /** Seconds for `wait`. */
  timeout: number;
}

/** Ports of the guest that are reachable from the host: SSH and the replica's API. */
export function portWishes(request: LaunchRequest): PortWish[] {
  const wish = (guestPort: number, usual: number, asked: number | undefined): PortWish => ({ guestPort, hostPort: asked ?? usual, required: asked !== undefined });
  return [wish(22, 2222, request.sshPort), wish(8080, 8080, request.apiPort)];
}
