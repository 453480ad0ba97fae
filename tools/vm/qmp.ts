import net from "node:net";
import { z } from "zod";
import { ExitCode, Failure } from "../lib/failure.ts";

/** Something QEMU tells without being asked: STOP, RESET, SHUTDOWN, GUEST_PANICKED ... */
export interface QmpEvent {
  event: string;
  data: Record<string, unknown>;
}

const message = z.object({
  QMP: z.object({ version: z.object({ qemu: z.object({ major: z.int(), minor: z.int(), micro: z.int() }) }) }).optional(),
  return: z.unknown().optional(),
  error: z.object({ class: z.string(), desc: z.string() }).optional(),
  event: z.string().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
  id: z.number().optional(),
});

interface Pending {
  resolve(value: unknown): void;
  reject(error: Failure): void;
}

/** Client of QEMU's machine protocol: https://www.qemu.org/docs/master/interop/qmp-spec.html */
export class QmpClient {
  /** Every event so far, oldest first. */
  readonly events: QmpEvent[] = [];
  /** Called with every event as it comes. */
  onEvent: (event: QmpEvent) => void = () => undefined;
  /** QEMU's version, from its greeting: "10.0.2". */
  qemuVersion = "unknown";
  readonly #socket: net.Socket;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #unread = "";

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => this.#read(text));
    socket.on("error", () => undefined);
    socket.on("close", () => this.#abandon());
  }

  /** Connects and leaves the negotiation mode. QEMU creates the socket before the guest starts. */
  static async connect(path: string, timeoutMs = 5000): Promise<QmpClient> {
    const socket = net.connect(path);
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    const client = new QmpClient(socket);
    await client.execute("qmp_capabilities", {}, timeoutMs);
    return client;
  }

  /** Runs a command and gives what it returned. */
  async execute(command: string, args: Record<string, unknown> = {}, timeoutMs = 5000): Promise<unknown> {
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => reject(failure(command, `no answer within ${timeoutMs} ms`)), timeoutMs);
    this.#pending.set(id, { resolve, reject: (error) => reject(failure(command, error.message)) });
    if (this.#socket.destroyed) this.#abandon();
    else this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(id);
    }
  }

  /** The guest's run state: "running", "paused", "internal-error", "guest-panicked" ... */
  async runState(): Promise<string> {
    return z.object({ status: z.string() }).parse(await this.execute("query-status")).status;
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    const lines = (this.#unread + text).split("\n");
    this.#unread = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") this.#receive(message.parse(JSON.parse(line)));
  }

  #receive(received: z.infer<typeof message>): void {
    if (received.QMP !== undefined) {
      const { major, minor, micro } = received.QMP.version.qemu;
      this.qemuVersion = `${major}.${minor}.${micro}`;
    }
    if (received.event !== undefined) {
      const event = { event: received.event, data: received.data ?? {} };
      this.events.push(event);
      this.onEvent(event);
      return;
    }
    const pending = received.id === undefined ? undefined : this.#pending.get(received.id);
    if (received.error !== undefined) pending?.reject(new Failure(`${received.error.class}: ${received.error.desc}`));
    else pending?.resolve(received.return);
  }

  #abandon(): void {
    for (const pending of this.#pending.values()) pending.reject(new Failure("the connection to QEMU closed"));
  }
}

function failure(command: string, why: string): Failure {
  return new Failure(`QEMU command ${command}: ${why}`, { exitCode: ExitCode.guest });
}
