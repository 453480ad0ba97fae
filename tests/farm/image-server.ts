import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";

/** A web server with files for farms to fetch, some of which it serves badly. */
export class ImageServer {
  /** Requests by path. */
  readonly asked: string[] = [];
  readonly #files = new Map<string, Buffer>();
  readonly #server = http.createServer((request, response) => this.#answer(request.url!, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  /** Adds a file; gives what a VM request says about it. */
  add(name: string, bytes: Buffer): { url: string; sha256: string } {
    this.#files.set(`/${name}`, bytes);
    return { url: this.url(name), sha256: createHash("sha256").update(bytes).digest("hex") };
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${path}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(url: string, response: http.ServerResponse): void {
    this.asked.push(url);
    const [, how, file] = /^(?:\/(cut|short|moved|away|loop))?(\/.*)$/.exec(url)!;
    const bytes = this.#files.get(file!);
    if (how === "loop") return void response.writeHead(302, { location: url }).end();
    if (how === "away") return void response.writeHead(302, { location: "file:///etc/passwd" }).end();
    if (how === "moved") return void response.writeHead(301, { location: file }).end();
    if (bytes === undefined) return void response.writeHead(404).end("no such file");
    response.writeHead(200, how === "short" ? {} : { "content-length": bytes.length });
    if (how === "cut") return void response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
    response.end(how === "short" ? bytes.subarray(0, bytes.length / 2) : bytes);
  }
}
