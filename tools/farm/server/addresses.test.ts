import { expect, test } from "@jest/globals";
import { groupPrefix, macOf, slaacAddress } from "./addresses.ts";
import { vmCreated } from "../wire/vm.ts";

test("the address that a card gives itself: the example of RFC 4291, appendix A", () => {
  expect(slaacAddress("fe80::", "34:56:78:9a:bc:de")).toBe("fe80::3656:78ff:fe9a:bcde");
  expect(slaacAddress("2001:db8:1:2::", "34:56:78:9a:bc:de")).toBe("2001:db8:1:2:3656:78ff:fe9a:bcde");
});

test("addresses follow from names alone, and differ", () => {
  const macs = Array.from({ length: 2000 }, (_, index) => macOf(`group-${index % 50}`, `vm-${index}`, 0));
  expect(new Set(macs).size).toBe(2000);
  expect(macOf("g", "v", 0)).toBe(macOf("g", "v", 0));
  expect(new Set([macOf("g", "v", 0), macOf("g", "v", 1), macOf("g", "w", 0), macOf("h", "v", 0)]).size).toBe(4);
  // Locally administered, not multicast.
  for (const mac of macs) expect(Number.parseInt(mac.slice(0, 2), 16) & 3).toBe(2);
});

test("every group's prefix is a private /64 that makes valid addresses", () => {
  for (let index = 0; index < 2000; index++) {
    const prefix = groupPrefix(`group-${index}`);
    expect(prefix).toMatch(/^fd[0-9a-f]{2}(:[0-9a-f]{1,4}){3}::$/);
    expect(vmCreated.shape.ipv6.safeParse(slaacAddress(prefix, macOf("g", String(index), 0))).success).toBe(true);
  }
});
