import net from "node:net";

/** True when a TCP port can be bound, on 127.0.0.1 unless another address is meant. */
export async function isPortFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return (await bind(port, host)) !== undefined;
}

/** The preferred port if it is free, else one that the kernel picks. Ports in `taken` are not given. */
export async function freePort(preferred?: number, taken: readonly number[] = []): Promise<number> {
  if (preferred !== undefined && !taken.includes(preferred) && (await isPortFree(preferred))) return preferred;
  for (;;) {
    const port = await bind(0);
    if (port !== undefined && !taken.includes(port)) return port;
  }
}

function bind(port: number, host = "127.0.0.1"): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}
