import { z } from "zod";

/** Keyword of the JSON Schema that lists the values a version knows where later versions may add some. */
export const KNOWN_VALUES = "x-known-values";

/** Keyword of the JSON Schema for fields whose value no message and no `show` prints. */
export const SECRET = "x-secret";

/** Name of a guest: one label of RFC 1123, or empty for "make one". */
export const hostname = z.string().regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)?$/, "expected 1 to 63 letters, digits or hyphens, first and last no hyphen");

/** Fully qualified domain name: labels of RFC 1123 with dots between. */
export const domainName = z
  .string()
  .regex(/^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/, "expected a domain name such as node.example.org");

/** MAC address; written in lower case, as further addresses are derived from its text. */
export const macAddress = z
  .string()
  .regex(/^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}$/, "expected six pairs of hexadecimal digits with colons")
  .toLowerCase();

/** Address of a server, reached by HTTP. */
export const httpUrl = z
  .string()
  .regex(/^https?:\/\/[^\s,]+$/, "expected an http or https URL")
  .refine((text) => URL.canParse(text), "expected an http or https URL");

/** One line of text that says something. */
export const line = z.string().regex(/^\S(?:[^\r\n]*\S)?$/, "expected one line of text");

/** Any number of bytes, seconds or rounds; JSON in JavaScript is exact up to 2^53 - 1. */
export const count = z.int("expected a whole number").min(0, `expected a number from 0 to ${Number.MAX_SAFE_INTEGER}`);

/** A word of a list that later versions may extend; those of this version are in `known`. */
export function openEnum(known: readonly string[]) {
  return z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/, `expected ${known.map((value) => JSON.stringify(value)).join(" or ")}`)
    .toLowerCase()
    .meta({ [KNOWN_VALUES]: known });
}

/** A field that may be left out or null, which mean the same. */
export function orNull<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullable().default(null as never);
}
