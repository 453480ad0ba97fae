import { createHash } from "node:crypto";

/** The MAC address of a card of a VM: always the same for the same names, so that it is known before the VM exists. */
export function macOf(group: string, vm: string, card: number): string {
  // Unicast, locally administered: IEEE 802, bits 0 and 1 of the first byte.
  const bytes = [0x6a, ...digest(`${group}/${vm}/${card}`).subarray(0, 5)];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** The private /64 of a group: "fd12:3456:789a:1::". RFC 4193. */
export function groupPrefix(group: string): string {
  const hex = digest(group).toString("hex");
  return `fd${hex.slice(0, 2)}:${hex.slice(2, 6)}:${hex.slice(6, 10)}:${hex.slice(10, 14)}::`.replaceAll(/:0+(?=[0-9a-f])/g, ":");
}

/** The address that a card gives itself in a /64 that its router announces: RFC 4291, appendix A. */
export function slaacAddress(prefix: string, mac: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac.split(":").map((byte) => Number.parseInt(byte, 16));
  const groups = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  // "::" stands for at least one group of zeros: RFC 4291, 2.2. A whole /64 leaves none.
  const network = prefix.split(":").length === 6 ? prefix.slice(0, -1) : prefix;
  return `${network}${groups.map((group) => group.toString(16)).join(":")}`;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
