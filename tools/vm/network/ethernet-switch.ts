import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { FrameReader, framed } from "./frames.ts";

/** Bytes that may wait for a guest that does not read; frames beyond are dropped, as a real switch does. */
const MOST_WAITING = 4 << 20;

/** What went through a port of the switch. */
export interface PortCounters {
  /** Frames that the guest sent. */
  received: number;
  /** Frames that were handed to the guest. */
  sent: number;
  /** Frames for the guest that a cut or a full queue kept from it. */
  dropped: number;
}

interface Port {
  name: string;
  server: net.Server;
  /** QEMU's end, while the guest runs. */
  socket: net.Socket | undefined;
  counters: PortCounters;
}

/**
 * A learning Ethernet switch between guests of this machine. Each port is a UNIX socket that a QEMU connects to (`-netdev stream`); it needs no
 * rights and no network of the host. A port outlives its guest: one that restarts is connected again.
 */
export class EthernetSwitch {
  readonly #folder: string;
  readonly #ports = new Map<string, Port>();
  /** Where a hardware address was last heard. */
  readonly #heard = new Map<string, Port>();
  #passes: (from: string, to: string) => boolean = () => true;

  /** `folder`: an existing private folder with a short path; the ports' sockets lie in it. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Adds a port; comes back with the path of its socket when a guest can connect. */
  async addPort(name: string): Promise<string> {
    if (this.#ports.has(name)) throw new Error(`the switch has a port ${name} already`);
    const socket = path.join(this.#folder, name);
    const port: Port = { name, server: net.createServer((connected) => this.#connect(port, connected)), socket: undefined, counters: { received: 0, sent: 0, dropped: 0 } };
    await new Promise<void>((resolve, reject) => port.server.once("error", reject).listen(socket, resolve));
    // The switch alone keeps no process alive.
    port.server.unref();
    this.#ports.set(name, port);
    return socket;
  }

  /** Says which ports hear each other from now on. */
  let(passes: (from: string, to: string) => boolean): void {
    this.#passes = passes;
  }

  /** What went through a port so far. */
  counters(name: string): PortCounters {
    const port = this.#ports.get(name);
    if (port === undefined) throw new Error(`the switch has no port ${name}; it has ${[...this.#ports.keys()].join(", ")}`);
    return { ...port.counters };
  }

  /** Unplugs every guest and removes the sockets. */
  close(): void {
    for (const port of this.#ports.values()) {
      port.server.close();
      port.socket?.destroy();
      fs.rmSync(path.join(this.#folder, port.name), { force: true });
    }
    this.#ports.clear();
    this.#heard.clear();
  }

  #connect(port: Port, socket: net.Socket): void {
    // A guest that restarts may be back before its old connection is seen to be gone.
    port.socket?.destroy();
    port.socket = socket;
    const reader = new FrameReader();
    socket.on("data", (data) => {
      try {
        for (const frame of reader.read(data)) this.#receive(port, frame);
      } catch {
        socket.destroy();
      }
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (port.socket === socket) port.socket = undefined;
    });
    socket.unref();
  }

  #receive(from: Port, frame: Buffer): void {
    // IEEE 802.3: destination, source (6 bytes each), type (2 bytes).
    if (frame.length < 14) return;
    from.counters.received++;
    this.#heard.set(frame.toString("latin1", 6, 12), from);
    const isGroup = (frame[0]! & 1) === 1;
    const known = isGroup ? undefined : this.#heard.get(frame.toString("latin1", 0, 6));
    for (const to of known === undefined ? this.#ports.values() : [known]) if (to !== from) this.#send(from, to, frame);
  }

  #send(from: Port, to: Port, frame: Buffer): void {
    if (to.socket === undefined) return;
    if (!this.#passes(from.name, to.name) || to.socket.writableLength > MOST_WAITING) {
      to.counters.dropped++;
      return;
    }
    to.counters.sent++;
    to.socket.write(framed(frame));
  }
}
