import os from "node:os";
import { exec } from "../../lib/exec.ts";
import { ExitCode } from "../../lib/failure.ts";
import type { NetworkCard } from "../../vm/network-cards.ts";
import { macOf, slaacAddress } from "./addresses.ts";
import type { Network, VmAddresses } from "./network.ts";
import type { NetworkOptions } from "./options.ts";
import { Refused } from "./refused.ts";

/** Guests on a bridge of the host: their IPv6 addresses are routed, whoever announces the prefix there is their router. Needs CAP_NET_ADMIN. */
export class BridgeNetwork implements Network {
  readonly #options: NetworkOptions & { kind: "bridge" };
  /** First part of the names of our tap interfaces: another farm on this host has another. */
  readonly #mark: string;

  /** `farm` is four hexadecimal digits. */
  constructor(options: NetworkOptions & { kind: "bridge" }, farm: string) {
    this.#options = options;
    this.#mark = `i${farm}`;
  }

  async plan(group: string, vm: string, hasIPv4: boolean): Promise<VmAddresses> {
    if (hasIPv4) throw new Refused(422, "hasIPv4: this farm's bridge has no IPv4 addresses to give", { hint: "leave hasIPv4 out" });
    const mac6 = macOf(group, vm, 0);
    return { ipv6: slaacAddress(this.#options.prefix, mac6), ipv4: null, mac6 };
  }

  adopt(): void {}

  release(): void {}

  async attach(id: string, _group: string, _vm: string, _hasIPv4: boolean, addresses: VmAddresses): Promise<NetworkCard[]> {
    const tap = this.#tap(id);
    await this.detach(id);
    await ip("tuntap", "add", "dev", tap, "mode", "tap", "user", String(os.userInfo().uid));
    await ip("link", "set", "dev", tap, "master", this.#options.bridge, "up");
    return [{ tap, mac: addresses.mac6 }];
  }

  async detach(id: string): Promise<void> {
    if ((await this.#taps()).includes(this.#tap(id))) await ip("link", "delete", "dev", this.#tap(id));
  }

  async recover(ids: ReadonlySet<string>): Promise<void> {
    const wanted = new Set([...ids].map((id) => this.#tap(id)));
    for (const tap of await this.#taps()) if (!wanted.has(tap)) await ip("link", "delete", "dev", tap);
  }

  /** Interface names have 15 bytes: IFNAMSIZ of netdevice(7). */
  #tap(id: string): string {
    return `${this.#mark}${id}`;
  }

  async #taps(): Promise<string[]> {
    const links = JSON.parse((await ip("-json", "link", "show")) || "[]") as { ifname: string }[];
    return links.map((link) => link.ifname).filter((name) => name.startsWith(this.#mark));
  }
}

/** iproute2 of the host: what it does is the host's. */
async function ip(...args: string[]): Promise<string> {
  const { stdout } = await exec("ip", args, { exitCode: ExitCode.host, hint: "--network bridge needs iproute2, CAP_NET_ADMIN and an existing bridge; --network user needs nothing" });
  return stdout;
}
