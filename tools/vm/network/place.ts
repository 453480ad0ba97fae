import { Failure } from "../../lib/failure.ts";

/** A guest's place on a `VirtualNetwork`. Two networks of this machine may use the same addresses: nothing leads from one to the other. */
export interface NetworkPlace {
  /** 1, 2, 3 ... in the order of joining. */
  number: number;
  /** UNIX socket of its port on the switch. */
  socket: string;
  /** Hardware address, in the range of QEMU's guests. */
  mac: string;
  /** IPv6 address, without the length of its prefix, which is 64. */
  ipv6: string;
  /** The IPv6 address of nobody: for configurations that want a default route. */
  ipv6Gateway: string;
  /** IPv4 address, without the length of its prefix, which is 24. */
  ipv4: string;
  /** The IPv4 address of nobody. */
  ipv4Gateway: string;
}

/** Unique local addresses (RFC 4193): they lead nowhere else. */
const PREFIX = "fd69:636f:7300:1::";
/** Not the network of QEMU's user-mode card, 10.0.2.0/24. */
const PREFIX4 = "10.69.0.";

/** The addresses of the guest with this number. */
export function placeOf(number: number, socket: string): NetworkPlace {
  if (number > 240) throw new Failure(`a virtual network has room for 240 guests; this would be number ${number}`);
  const host = number + 0x10;
  return {
    ...{ number, socket, mac: `52:54:00:69:63:${hex(host)}` },
    ...{ ipv6: `${PREFIX}${host.toString(16)}`, ipv6Gateway: `${PREFIX}1` },
    ...{ ipv4: `${PREFIX4}${host}`, ipv4Gateway: `${PREFIX4}1` },
  };
}

function hex(value: number): string {
  return value.toString(16).padStart(2, "0");
}
