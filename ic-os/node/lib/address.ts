import { isIP } from "node:net";
import * as z from "zod";

/** Where a server listens: `[::]:8080`, `127.0.0.1:0`. Port 0 stands for any free one. */
export interface ListenAddress {
  host: string;
  port: number;
}

/** The address of a text, or undefined. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? "";
  const port = Number(match?.[3]);
  return isIP(host) === (match?.[1] === undefined ? 4 : 6) && port <= 65535 ? { host, port } : undefined;
}

/** An address as one writes it in a URL. */
export function formatListenAddress({ host, port }: ListenAddress): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/** A URL under which the server of an address is reached from the same machine. */
export function localUrl({ host, port }: ListenAddress): string {
  const reachable = { "::": "::1", "0.0.0.0": "127.0.0.1" }[host] ?? host;
  return `http://${formatListenAddress({ host: reachable, port })}`;
}

/** An address in a configuration or on a command line. */
export const listenAddress = z.string().transform((text, context) => {
  const address = parseListenAddress(text);
  if (address !== undefined) return address;
  context.addIssue({ code: "custom", message: `expected an address and a port such as [::]:8080, got ${JSON.stringify(text)}` });
  return z.NEVER;
});
