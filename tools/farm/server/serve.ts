import type { AddressInfo } from "node:net";
import { serve as listen } from "@hono/node-server";
import { WebSocketServer } from "ws";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { createApp } from "./app.ts";
import type { Authorization } from "./authorization.ts";
import { Consoles } from "./consoles.ts";
import type { Farm } from "./farm.ts";

/** A server that answers. */
export interface Running {
  /** Base URL, without a slash at its end. */
  url: string;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Serves the farm's API. Port 0: one that the kernel picks. */
export async function serve(farm: Farm, authorization: Authorization, web: string, host: string, port: number): Promise<Running> {
  const consoles = new Consoles(farm);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
  const app = createApp(farm, consoles, authorization, web);
  const { promise, resolve, reject } = Promise.withResolvers<AddressInfo>();
  // An upload may take hours: it has a limit of its own, for silence. Headers keep Node's limit.
  const server = listen({ fetch: app.fetch, hostname: host, port, websocket: { server: sockets }, serverOptions: { requestTimeout: 0 } }, resolve);
  server.once("error", (error) => reject(new Failure(`cannot listen on ${host} port ${port}: ${error.message}`, { exitCode: ExitCode.host, hint: "--port 0 takes a free one" })));
  const address = await promise;
  return {
    url: `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`,
    close: async () => {
      consoles.close();
      for (const socket of sockets.clients) socket.terminate();
      const closed = new Promise((done) => server.close(done));
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
    },
  };
}
