import type { NetworkCard } from "../../vm/network-cards.ts";
import type { VmCreated } from "../wire/vm.ts";

/** Addresses of a VM, as the client is told. */
export type VmAddresses = Pick<VmCreated, "ipv6" | "ipv4" | "mac6" | "forwardedPorts">;

/** How VMs reach the network: what has to be known before one starts, and what the host needs for it. */
export interface Network {
  /** Chooses the addresses of a new VM. What it takes (ports) is the VM's until `release`. */
  plan(group: string, vm: string, hasIPv4: boolean): Promise<VmAddresses>;
  /** Takes what the addresses of an existing VM say, when the server starts. */
  adopt(addresses: VmAddresses): void;
  /** Gives back what `plan` took. */
  release(addresses: VmAddresses): void;
  /** Makes what the VM's QEMU needs to start, and gives its cards. */
  attach(id: string, group: string, vm: string, hasIPv4: boolean, addresses: VmAddresses): Promise<NetworkCard[]>;
  /** Removes what `attach` made. */
  detach(id: string): Promise<void>;
  /** Removes what `attach` made for VMs that are no more. */
  recover(ids: ReadonlySet<string>): Promise<void>;
}
