import { isIP } from "node:net";
import * as z from "zod";

/** Family of an IP prefix such as `2001:db8::/32`, or undefined when it is none. */
export function prefixFamily(text: string): 4 | 6 | undefined {
  const match = /^([0-9a-fA-F:.]+)\/(\d{1,3})$/.exec(text);
  const family = isIP(match?.[1] ?? "");
  if (family !== 4 && family !== 6) return undefined;
  return Number(match?.[2]) <= (family === 4 ? 32 : 128) ? family : undefined;
}

/** An IP prefix of one family. */
export function ipPrefix(family: 4 | 6): z.ZodType<string> {
  const example = family === 4 ? "10.0.0.0/8" : "2001:db8::/32";
  return z.string().refine((text) => prefixFamily(text) === family, { error: (issue) => `expected an IPv${family} prefix such as ${example}, got ${JSON.stringify(issue.input)}` });
}
