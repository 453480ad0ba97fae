import type { Accelerator } from "./accelerator.ts";
import type { DirectKernel, Drive } from "./qemu-args.ts";
import type { NetworkPlace } from "./network/place.ts";
import type { VmTools } from "./vm-tools.ts";

/** A port of the guest that shall be reachable from here. */
export interface PortWish {
  guestPort: number;
  /** The port on 127.0.0.1 to use. When it is taken: an error if `required`, else a free one is used. */
  hostPort?: number;
  required?: boolean;
}

/** What a `Machine` is made of. */
export interface MachineOptions {
  /** Name of the guest in messages and in QEMU. */
  name: string;
  tools: Pick<VmTools, "qemuSystem" | "firmware" | "ssh" | "scp">;
  accelerator: Accelerator;
  /** Memory, in MiB; 4096 without it. */
  memoryMiB?: number;
  /** 2 without it; 1 under emulation. */
  cpus?: number;
  /** Disks in the order the guest numbers them: vda, vdb ... */
  drives: readonly Drive[];
  /** An existing folder: console.log and qemu.log are written there. */
  folder: string;
  /** Removed with the guest when this process dies before it can stop the guest. */
  removeWithGuest?: readonly string[];
  /** Port 22 is always forwarded; wishes for other ports, or for 22. */
  ports?: readonly PortWish[];
  /** Its place on a network of guests (network/virtual-network.ts): that card is the guest's enp1s0, the one for SSH from here enp2s0. */
  network?: NetworkPlace;
  /** Who `exec` and the like log in as. */
  login?: { user: string; key?: string };
  /** The guest's console on the terminal of this process instead of on a socket. */
  terminal?: boolean;
  /** Gets what the guest writes on its console, when that is a socket. */
  onConsole?: (data: Buffer) => void;
  /** A graphics card: `screenshot` needs it. */
  display?: boolean;
  /** SMBIOS entries, in QEMU's notation. */
  smbios?: readonly string[];
  kernel?: DirectKernel;
  /** What the guest's hardware clock says at the start, in UTC: "2031-05-01T00:00:00"; the time of this machine without it. */
  clock?: string;
}
