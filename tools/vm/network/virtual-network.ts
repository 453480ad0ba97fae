import fs from "node:fs";
import { Failure } from "../../lib/failure.ts";
import { makeRuntimeFolder } from "../runtime-folder.ts";
import { EthernetSwitch, type PortCounters } from "./ethernet-switch.ts";
import { placeOf, type NetworkPlace } from "./place.ts";

/**
 * A network of guests on this machine, of one Ethernet segment with nothing else on it. Each guest that joins gets a hardware address and IP
 * addresses for good; the guest takes the IP addresses from its configuration. Guests keep their way to and from this machine beside it.
 *
 *     const network = new VirtualNetwork();
 *     const machine = new LocalMachine({ ...options, network: await network.join("left") });
 *     network.partition(["left"], ["right", "middle"]);
 *     network.heal();
 */
export class VirtualNetwork {
  readonly #folder: string;
  readonly #switch: EthernetSwitch;
  readonly #places = new Map<string, NetworkPlace>();

  /** `folder`: an existing private folder with a short path for the sockets; a new one without it. */
  constructor(folder = makeRuntimeFolder()) {
    this.#folder = folder;
    this.#switch = new EthernetSwitch(this.#folder);
  }

  /** Folder of the sockets: to be removed when this process dies before it can. */
  get runtimeFolder(): string {
    return this.#folder;
  }

  /** Gives a guest its place; the same one when it asks again. */
  async join(guest: string): Promise<NetworkPlace> {
    const known = this.#places.get(guest);
    if (known !== undefined) return known;
    const number = this.#places.size + 1;
    const place = placeOf(number, await this.#switch.addPort(String(number)));
    this.#places.set(guest, place);
    return place;
  }

  /** The place of a guest that has joined. */
  place(guest: string): NetworkPlace {
    const place = this.#places.get(guest);
    if (place === undefined) throw new Failure(`no guest ${guest} on this network; there is ${[...this.#places.keys()].join(", ") || "none"}`);
    return place;
  }

  /** Cuts the network: only guests of the same group hear each other; a guest that no group names is alone. The guests see no sign of it but silence. */
  partition(...groups: (readonly string[])[]): void {
    const groupOf = new Map<string, number>();
    for (const [index, guests] of groups.entries()) {
      for (const guest of guests) {
        if (groupOf.has(port(this.place(guest)))) throw new Failure(`partition: ${guest} is in two groups`);
        groupOf.set(port(this.place(guest)), index);
      }
    }
    this.#switch.let((from, to) => groupOf.get(from) !== undefined && groupOf.get(from) === groupOf.get(to));
  }

  /** Joins what `partition` cut. */
  heal(): void {
    this.#switch.let(() => true);
  }

  /** Frames from and to a guest so far. */
  counters(guest: string): PortCounters {
    return this.#switch.counters(port(this.place(guest)));
  }

  /** Ends the network. */
  close(): void {
    this.#switch.close();
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}

function port(place: NetworkPlace): string {
  return String(place.number);
}
