import http from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { ExitCode, Failure } from "../../../tools/lib/failure.ts";
import { formatListenAddress, type ListenAddress } from "./address.ts";

/** A server that listens. */
export interface Server {
  /** With the port it got, also where any free one was asked for. */
  address: ListenAddress;
  /** Ends it, with all connections. */
  close(): Promise<void>;
}

/** Serves an application. `purpose` names it in the message when the port is taken. */
export async function serve(app: Hono, address: ListenAddress, purpose: string): Promise<Server> {
  const server = http.createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, getRequestListener(app.fetch));
  server.maxConnections = 256;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(refused(error, address, purpose)));
    server.listen({ host: address.host, port: address.port }, resolve);
  });
  const bound = server.address();
  return {
    address: { host: address.host, port: typeof bound === "object" && bound !== null ? bound.port : address.port },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refused(error: NodeJS.ErrnoException, address: ListenAddress, purpose: string): Error {
  const where = formatListenAddress(address);
  if (error.code === "EADDRINUSE") {
    return new Failure(`${where}: the port for ${purpose} is taken by another process`, { exitCode: ExitCode.host, hint: `ss -ltnp 'sport = :${address.port}'` });
  }
  return new Failure(`${where}: cannot listen for ${purpose}: ${error.message}`, { exitCode: ExitCode.host });
}
