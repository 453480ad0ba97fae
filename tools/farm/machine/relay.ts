import net from "node:net";
import type { AddressInfo } from "node:net";
import type { Endpoint } from "../launch/endpoints.ts";

/** A port of 127.0.0.1 that leads to a port elsewhere: who drives a guest need not know where it runs. */
export class Relay {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();

  private constructor(server: net.Server) {
    this.#server = server;
  }

  static async open({ host, port }: Endpoint): Promise<Relay> {
    const server = net.createServer({ allowHalfOpen: true });
    const relay = new Relay(server);
    server.on("connection", (near) => relay.#join(near, net.connect({ host, port, allowHalfOpen: true })));
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends the connections that run through it, too. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(near: net.Socket, far: net.Socket): void {
    for (const [one, other] of [[near, far], [far, near]] as const) {
      this.#sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}
