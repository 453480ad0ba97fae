import { createHash, timingSafeEqual } from "node:crypto";
import net from "node:net";
import type { MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import { Refused } from "./refused.ts";

/** Name of the cookie that a browser gets for a token. */
export const tokenCookie = "icos-farm-token";

/** Whoever may use the farm: bearers of a token, or everybody on this machine when there are none. */
export class Authorization {
  readonly #digests: readonly Buffer[];

  constructor(tokens: readonly string[]) {
    this.#digests = tokens.map(digest);
  }

  /** Whether a token is needed at all. */
  get required(): boolean {
    return this.#digests.length > 0;
  }

  /** Whether a token is one of ours; takes the same time for every wrong one. */
  accepts(token: string): boolean {
    const presented = digest(token);
    return this.#digests.map((known) => timingSafeEqual(known, presented)).includes(true);
  }

  /** Refuses who has no token, and pages of other sites that use the browser of somebody who has. */
  middleware(): MiddlewareHandler {
    return async (c, next) => {
      const host = c.req.header("host") ?? "";
      const origin = c.req.header("origin");
      if (origin !== undefined && originHost(origin) !== host.toLowerCase()) throw new Refused(403, `the request comes from a page of ${origin.slice(0, 200)}, expected one of this farm`);
      if (!this.required) {
        // A foreign name that resolves to this machine's loopback makes a browser take the farm for that site.
        if (!isLoopbackHost(host)) throw new Refused(403, `Host: expected localhost or a loopback address, got ${JSON.stringify(host.slice(0, 200))}`);
        return next();
      }
      const bearer = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
      if (this.accepts(bearer ?? getCookie(c, tokenCookie) ?? "")) return next();
      throw new Refused(401, bearer === undefined ? "this farm wants a token" : "the token is not one of this farm's", { hint: "Authorization: Bearer TOKEN; ask the farm's operator for one" });
    };
  }
}

/** Whether an address to listen on is reached from this machine only. */
export function isLoopback(address: string): boolean {
  return address === "localhost" || address === "::1" || (net.isIPv4(address) && address.startsWith("127."));
}

function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1").toLowerCase();
  return isLoopback(name);
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
