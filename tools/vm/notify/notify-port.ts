import net from "node:net";
import { UnitFacts } from "./unit-facts.ts";

/** The driver's end of the guest's notify port. It only listens. */
export class NotifyPort {
  readonly facts = new UnitFacts();
  readonly #socket: net.Socket;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.on("error", () => undefined);
    socket.on("data", (data) => this.facts.hear(data));
  }

  /** Connects to the socket that QEMU serves the port on. */
  static async connect(path: string): Promise<NotifyPort> {
    const socket = net.connect(path);
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return new NotifyPort(socket);
  }

  close(): void {
    this.#socket.destroy();
  }
}
