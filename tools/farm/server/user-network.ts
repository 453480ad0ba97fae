import { isPortFree } from "../../vm/ports.ts";
import type { NetworkCard } from "../../vm/network-cards.ts";
import { groupPrefix, macOf, slaacAddress } from "./addresses.ts";
import type { Network, VmAddresses } from "./network.ts";
import type { NetworkOptions } from "./options.ts";
import { Refused } from "./refused.ts";

/**
 * QEMU's own network, which needs no rights. The IPv6 address is the guest's own, behind QEMU's router: the host reaches the guest by forwarded
 * ports. Guests do not see each other.
 */
export class UserNetwork implements Network {
  readonly #options: NetworkOptions & { kind: "user" };
  readonly #taken = new Set<number>();
  #next: number;

  constructor(options: NetworkOptions & { kind: "user" }) {
    this.#options = options;
    this.#next = options.portRange[0];
  }

  async plan(group: string, vm: string, hasIPv4: boolean): Promise<VmAddresses> {
    const mac6 = macOf(group, vm, 0);
    const forwardedPorts: VmAddresses["forwardedPorts"] & object = [];
    const addresses = { ipv6: slaacAddress(groupPrefix(group), mac6), ipv4: hasIPv4 ? "10.0.3.15" : null, mac6, forwardedPorts };
    try {
      for (const guestPort of this.#options.guestPorts) forwardedPorts.push({ guestPort, host: this.#options.advertisedHost, port: await this.#takePort() });
    } catch (error) {
      this.release(addresses);
      throw error;
    }
    return addresses;
  }

  adopt(addresses: VmAddresses): void {
    for (const { port } of addresses.forwardedPorts ?? []) this.#taken.add(port);
  }

  release(addresses: VmAddresses): void {
    for (const { port } of addresses.forwardedPorts ?? []) this.#taken.delete(port);
  }

  async attach(_id: string, group: string, vm: string, hasIPv4: boolean, addresses: VmAddresses): Promise<NetworkCard[]> {
    const forwards = (addresses.forwardedPorts ?? []).map(({ guestPort, port }) => ({ guestPort, hostPort: port, hostAddress: this.#options.forwardAddress }));
    const first = { forwards, mac: addresses.mac6, ipv6Net: groupPrefix(group) };
    return hasIPv4 ? [first, { forwards: [], mac: macOf(group, vm, 1), ipv4Net: "10.0.3.0/24" }] : [first];
  }

  async detach(): Promise<void> {}

  async recover(): Promise<void> {}

  /** The next free port of the range. Going round lets a port rest before another VM gets it. */
  async #takePort(): Promise<number> {
    const [first, last] = this.#options.portRange;
    for (let tried = first; tried <= last; tried++) {
      const port = this.#next;
      this.#next = port === last ? first : port + 1;
      if (this.#taken.has(port)) continue;
      this.#taken.add(port);
      if (await isPortFree(port, this.#options.forwardAddress)) return port;
      this.#taken.delete(port);
    }
    throw new Refused(503, `all ports of ${this.#options.forwardAddress} from ${first} to ${last} are taken`, { hint: "delete groups that are no longer used" });
  }
}
