import { isIPv6 } from "node:net";
import { z } from "zod";
import { domainName, KNOWN_VALUES, orNull } from "./formats.ts";

const ipv6Address = z.ipv6("expected an IPv6 address");
const ipv4Address = z.ipv4("expected an IPv4 address");

/** Names of the ways to an IPv6 address. A later version may know more. */
const ways = ["RouterAdvertisement", "Deterministic", "Fixed"] as const;

const deterministic = z.strictObject({
  Deterministic: z
    .looseObject({
      prefix: z
        .string()
        .regex(/^[0-9A-Fa-f:]{1,39}$/, "expected an IPv6 prefix such as 2001:db8:1:2")
        .refine((text) => isIPv6(text) || isIPv6(`${text}::`), "expected an IPv6 prefix such as 2001:db8:1:2")
        .meta({ description: "First groups of the address, with or without `::` at the end." }),
      prefix_length: z.int("expected a whole number").min(0, "expected 0 to 128").max(128, "expected 0 to 128").meta({ description: "Bits of the prefix that name the network." }),
      gateway: ipv6Address.meta({ description: "Default route." }),
    })
    .meta({ description: "The prefix with the host part that follows from `mgmt_mac` (EUI-64)." }),
});

const fixed = z.strictObject({
  Fixed: z
    .looseObject({
      address: z.cidrv6("expected an IPv6 address with its prefix length, such as 2001:db8::1/64").meta({ description: "Address with `/` and the prefix length." }),
      gateway: ipv6Address.meta({ description: "Default route." }),
    })
    .meta({ description: "Exactly this address." }),
});

const tagged = (value: object): boolean => "Deterministic" in value || "Fixed" in value;
const wanted = 'expected "RouterAdvertisement", {"Deterministic": {...}} or {"Fixed": {...}}';

/** A way that this version does not know: kept, so that a guest that knows it can follow it. */
const otherWay = z
  .looseObject({})
  // Without abort a misspelt known way would count as this one.
  .refine((value) => !tagged(value), { error: wanted, abort: true })
  .meta({ description: "A way this version does not know.", not: { anyOf: [{ required: ["Deterministic"] }, { required: ["Fixed"] }] } });

const ipv4 = z.looseObject({
  address: ipv4Address.meta({ description: "Address of the node." }),
  gateway: ipv4Address.meta({ description: "Default route." }),
  prefix_length: z.int("expected a whole number").min(0, "expected 0 to 32").max(32, "expected 0 to 32").meta({ description: "Bits that name the network." }),
});

/** How the node reaches the network. */
export const networkSettings = z.looseObject({
  ipv6_config: z
    .union([z.literal("RouterAdvertisement"), deterministic, fixed, z.string().min(1), otherWay], wanted)
    .meta({ description: "How the node gets its IPv6 address. Other values are unknown to this version: kept, with a warning.", [KNOWN_VALUES]: ways }),
  ipv4_config: orNull(ipv4).meta({ description: "IPv4 address beside IPv6; none when null." }),
  domain_name: orNull(domainName).meta({ description: "Domain of the node, for TLS certificates." }),
});
