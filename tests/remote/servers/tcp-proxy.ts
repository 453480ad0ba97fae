import net from "node:net";
import { listening, portOf } from "./listening.ts";
import { Traffic } from "./traffic.ts";

/** A plain TCP proxy to a server on a Unix socket: counts bytes, and fails on demand. */
export interface TcpProxy {
  port: number;
  traffic: Traffic;
  /** From now on each connection ends after it has sent the client this many bytes. `Infinity` heals it. */
  cutAfter(bytes: number): void;
  /** Ends all connections and accepts no new one: the server is gone. */
  stop(): void;
}

/** Starts a proxy on a free port of the loopback interface. */
export async function startTcpProxy(socketPath: string): Promise<TcpProxy> {
  const traffic = new Traffic();
  let limit = Number.POSITIVE_INFINITY;
  const server = net.createServer((client) => {
    traffic.add(client);
    const upstream = net.connect(socketPath);
    upstream.on("data", (data) => {
      client.write(data);
      if (client.bytesWritten >= limit) client.destroy();
    });
    client.pipe(upstream);
    upstream.on("end", () => client.end());
    for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  });
  await listening(server);
  return {
    port: portOf(server),
    traffic,
    cutAfter: (bytes) => {
      limit = bytes;
    },
    stop: () => {
      server.close();
      traffic.cut();
    },
  };
}
