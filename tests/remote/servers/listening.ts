import { once } from "node:events";
import fs from "node:fs";
import net, { type AddressInfo, type Server } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** Makes a server listen on a free port of 127.0.0.1. */
export async function listening(server: Server): Promise<void> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A test that forgets its proxy must still be able to end.
  server.unref();
}

/** The port of a server that listens. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Waits until a server accepts connections on its Unix socket; `ended` says early that it never will. */
export async function acceptsOn(socketPath: string, ended: () => string | undefined): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const end = ended();
    if (end !== undefined) throw new Error(`the server for ${socketPath} ended: ${end}`);
    if (fs.existsSync(socketPath) && (await accepts(socketPath))) return;
    await delay(20);
  }
  throw new Error(`no server accepts connections on ${socketPath} after 60 s`);
}

async function accepts(socketPath: string): Promise<boolean> {
  const socket = net.connect(socketPath);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
