import type { Socket } from "node:net";

/** Bytes that went over a client's connections, as the network sees them: headers included. */
export class Traffic {
  #up = 0;
  #down = 0;
  readonly #open = new Set<Socket>();

  /** Counts a connection of a client. */
  add(socket: Socket): void {
    this.#open.add(socket);
    socket.on("close", () => {
      this.#open.delete(socket);
      this.#up += socket.bytesRead;
      this.#down += socket.bytesWritten;
    });
  }

  /** Bytes that clients sent (up) and were sent (down) so far. */
  get bytes(): { up: number; down: number } {
    const open = [...this.#open];
    return {
      up: open.reduce((sum, socket) => sum + socket.bytesRead, this.#up),
      down: open.reduce((sum, socket) => sum + socket.bytesWritten, this.#down),
    };
  }

  /** Cuts every open connection in the middle of whatever it carries. */
  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
