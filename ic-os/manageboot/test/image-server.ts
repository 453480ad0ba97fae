import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";

/** Serves one file to guests on this machine. */
export interface ImageServer {
  /** Its address as a guest sees it: QEMU's user network leads 10.0.2.2 to this machine. */
  url: string;
  close(): void;
}

/** Serves a file over HTTP on 127.0.0.1. */
export async function serveImage(file: string): Promise<ImageServer> {
  const server = http.createServer((_, response) => {
    response.setHeader("content-length", fs.statSync(file).size);
    fs.createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://10.0.2.2:${(server.address() as AddressInfo).port}/`, close: () => void server.close() };
}
