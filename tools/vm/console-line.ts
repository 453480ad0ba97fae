import net from "node:net";

/** The driver's end of the guest's serial line: what is typed here the guest reads. */
export class ConsoleLine {
  readonly #socket: net.Socket;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
  }

  /** Connects to the socket that QEMU serves the console on. `onData` gets what the guest writes; `onClose` is called when QEMU is gone. */
  static async connect(path: string, onData: (data: Buffer) => void = () => undefined, onClose: () => void = () => undefined): Promise<ConsoleLine> {
    const socket = net.connect(path);
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    socket.on("error", () => undefined);
    // Without a reader QEMU would stop at a full socket.
    socket.on("data", onData);
    socket.once("close", onClose);
    return new ConsoleLine(socket);
  }

  /** Types text; a line ends with a carriage return, as from a keyboard. */
  type(text: string): void {
    this.#socket.write(text.replaceAll("\n", "\r"));
  }

  close(): void {
    this.#socket.destroy();
  }
}
