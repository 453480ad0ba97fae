import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";

/** A request that came in whole. */
export interface SeenRequest {
  method: string;
  /** Path and query. */
  path: string;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
  sha256: string;
}

/** How the server takes one request. It gets the connection before the body is read. */
export type Step = (exchange: { request: http.IncomingMessage; response: http.ServerResponse; read(): Promise<SeenRequest> }) => Promise<void> | void;

/** A server on 127.0.0.1 that does as it is told: one step for each request, the last one for all that follow. */
export class ScriptedServer {
  /** Requests that were read whole, in their order. */
  readonly seen: SeenRequest[] = [];
  /** Requests that began. */
  began = 0;
  #steps: Step[] = [];
  #server!: http.Server;

  static async start(...steps: Step[]): Promise<ScriptedServer> {
    const server = new ScriptedServer();
    server.#steps = steps;
    server.#server = http.createServer((request, response) => void server.#take(request, response));
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** What was asked for, in short. */
  get asked(): string[] {
    return this.seen.map(({ method, path }) => `${method} ${path}`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const step = this.#steps[Math.min(this.began++, this.#steps.length - 1)]!;
    const read = async (): Promise<SeenRequest> => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const seen = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body, sha256: createHash("sha256").update(body).digest("hex") };
      this.seen.push(seen);
      return seen;
    };
    // A client that goes away in the middle is part of the play.
    await Promise.resolve(step({ request, response, read })).catch(() => undefined);
  }
}

/** Answers with a status and a document (or text). */
export function answer(status: number, content: unknown = "", headers: http.OutgoingHttpHeaders = {}): Step {
  return async ({ response, read }) => {
    await read();
    response.writeHead(status, headers).end(typeof content === "string" ? content : JSON.stringify(content));
  };
}

/** Takes the request and cuts the connection. */
export const cut: Step = async ({ request, read }) => {
  await read();
  request.socket.destroy();
};

/** Cuts the connection once some bytes of the body came in. */
export const cutInBody: Step = ({ request }) => {
  request.once("data", () => request.socket.destroy());
};

/** Promises more of a body than it sends. */
export const halfBody: Step = async ({ request, response, read }) => {
  await read();
  response.writeHead(200, { "Content-Length": "1000" });
  response.write('{"expiresAt": "2026');
  setTimeout(() => request.socket.destroy(), 20);
};
