import { escape } from "./escape.ts";

/** A TCP port of the host that leads to one of the guest. */
export interface Forward {
  hostPort: number;
  guestPort: number;
  /** IPv4 address of the host to listen on; 127.0.0.1 without it. */
  hostAddress?: string;
}

/** A card behind QEMU's own router: the guest reaches the world, the world reaches the forwarded ports. Needs no rights. */
export interface UserCard {
  forwards: readonly Forward[];
  mac?: string;
  /** The /64 that the router announces: "fd00:1:2:3::"; QEMU's fec0:: without it. */
  ipv6Net?: string;
  /** The network that the router gives IPv4 addresses of: "10.0.3.0/24"; 10.0.2.0/24 without it. The guest gets the address that ends with 15. */
  ipv4Net?: string;
}

/** A card on a tap interface of the host that exists already. */
export interface TapCard {
  tap: string;
  mac?: string;
}

/** A card on a port of a switch of this machine (network/ethernet-switch.ts). */
export interface SwitchCard {
  /** UNIX socket of the port. */
  switchPort: string;
  mac: string;
}

export type NetworkCard = UserCard | TapCard | SwitchCard;

/** QEMU's name of a card, by its place among the guest's cards. */
export function cardId(index: number): string {
  return `card${index}`;
}

/** QEMU's arguments for a guest's cards. The guest calls them enp1s0, enp2s0 ...: each sits alone on a root port, whose bus gets that number. */
export function networkArgs(cards: readonly NetworkCard[]): string[] {
  return cards.flatMap((card, index) => {
    const mac = card.mac === undefined ? "" : `,mac=${card.mac}`;
    return [
      ...["-netdev", backend(card, `net${index}`)],
      ...["-device", `pcie-root-port,id=port${index + 1},bus=pcie.0,chassis=${index + 1},slot=${index + 1}`],
      // No option ROM: the firmware would spend seconds on network boot.
      ...["-device", `virtio-net-pci,id=${cardId(index)},netdev=net${index},bus=port${index + 1},addr=0x0,romfile=${mac}`],
    ];
  });
}

function backend(card: NetworkCard, id: string): string {
  if ("tap" in card) return `tap,id=${id},ifname=${card.tap},script=no,downscript=no`;
  // QEMU connects again when the switch was away.
  if ("switchPort" in card) return `stream,id=${id},server=off,addr.type=unix,addr.path=${escape(card.switchPort)},reconnect-ms=200`;
  const prefix = (card.ipv4Net === undefined ? "" : `,net=${card.ipv4Net}`) + (card.ipv6Net === undefined ? "" : `,ipv6-net=${card.ipv6Net}/64`);
  const forwards = card.forwards.map(({ hostAddress, hostPort, guestPort }) => `,hostfwd=tcp:${hostAddress ?? "127.0.0.1"}:${hostPort}-:${guestPort}`);
  return `user,id=${id}${prefix}${forwards.join("")}`;
}
