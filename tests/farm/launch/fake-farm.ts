import { createHash } from "node:crypto";
import http from "node:http";
import net from "node:net";
import type { AddressInfo } from "node:net";
import { encode } from "cborg";

/** A request as the farm saw it. */
export interface Asked {
  what: string;
  body: Buffer;
}

/** What stands in for a farm with one guest: it says yes to all, except where `answers` says otherwise. The guest behind it has an SSH banner and a node's status. */
export class FakeFarm {
  readonly asked: Asked[] = [];
  /** Answers by "METHOD path-pattern" (a regular expression), before all others: a status, or `cut`. */
  readonly answers = new Map<RegExp, number | "cut">();
  /** Files by SHA-256. */
  readonly files = new Map<string, Buffer>();
  /** Groups by name, with their seconds to live. */
  readonly groups = new Map<string, number>();
  healthy = true;
  vmState: "running" | "stopped" = "running";
  #servers: (http.Server | net.Server)[] = [];
  #ports = { farm: 0, ssh: 0, api: 0 };

  static async start(): Promise<FakeFarm> {
    const farm = new FakeFarm();
    farm.#ports = {
      farm: await farm.#listen(http.createServer((request, response) => void farm.#take(request, response).catch(() => response.destroy()))),
      ssh: await farm.#listen(net.createServer((socket) => void socket.on("error", () => undefined).end("SSH-2.0-fake\r\n"))),
      api: await farm.#listen(http.createServer((_, response) => void response.end(farm.#status()))),
    };
    return farm;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.farm}/`;
  }

  get sshPort(): number {
    return this.#ports.ssh;
  }

  get apiPort(): number {
    return this.#ports.api;
  }

  /** What was asked for, the group's name left out, renewals and looks at the VM too. */
  get steps(): string[] {
    const steps = this.asked.map(({ what }) => what.replace(/guestos-demo--\d+/, "G").replace(/[0-9a-f]{64}/, "SUM"));
    return steps.filter((step) => step !== "PUT group/G/ttl/90" && step !== "GET group/G/vm/guestos-demo");
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) {
      if (server instanceof http.Server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  async #listen(server: http.Server | net.Server): Promise<number> {
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }

  #height = 0;
  #status(): Uint8Array {
    return encode({ replica_health_status: this.healthy ? "healthy" : "starting", certified_height: ++this.#height, impl_version: "fake" });
  }

  async #take(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const what = `${request.method ?? ""} ${(request.url ?? "").slice(1)}`;
    const body = Buffer.concat(chunks);
    this.asked.push({ what, body });
    const told = [...this.answers].find(([pattern]) => pattern.test(what))?.[1];
    if (told === "cut") return void request.socket.destroy();
    const [status, content] = told === undefined ? this.#answer(what, body) : [told, { message: `told to say ${told}` }];
    response.writeHead(status, { "Content-Type": "application/json" }).end(typeof content === "string" ? content : JSON.stringify(content));
  }

  #answer(what: string, body: Buffer): [number, unknown] {
    const [method = "", path = ""] = what.split(" ");
    const [, group = "", ...rest] = path.split("?")[0]!.split("/");
    if (what === "GET group") return [200, { groups: [...this.groups.keys()].map((name) => ({ name, expiresAt: this.#expiry(name) })) }];
    if (method === "HEAD" || (method === "PUT" && path.startsWith("cas/"))) return this.#store(method, path.slice(4), body);
    if (method === "POST" && rest.length === 0) this.groups.set(group, (JSON.parse(body.toString()) as { ttl: number }).ttl);
    if (!this.groups.has(group)) return [404, { message: `no group ${group}` }];
    if (method === "DELETE") return [this.groups.delete(group) ? 200 : 404, ""];
    if (rest[0] === "ttl") this.groups.set(group, Number(rest[1]));
    if (rest.at(-1) === "log") return [200, "booting\r\nkernel panic\r\n"];
    if (method === "PUT" && rest[0] === "file") return this.files.has(rest[1]!) ? [200, { expiration: null }] : [404, { message: "no such file" }];
    if (method === "POST" && rest[0] === "file") return [200, { imageIds: this.#upload(body) }];
    const vm = { ipv6: "fd00::7", mac6: "6a:01:00:00:00:07", hostname: "fake-host", spec: { vCPUs: 2, memoryKiB: 4 * 1024 * 1024 } };
    const forwardedPorts = [{ guestPort: 22, host: "127.0.0.1", port: this.sshPort }, { guestPort: 8080, host: "127.0.0.1", port: this.apiPort }];
    if (rest[0] === "vm" && rest.length === 2) return [200, { ...vm, forwardedPorts, ...(method === "GET" ? { name: rest[1], state: this.vmState } : {}) }];
    return [200, rest.length === 0 ? { expiresAt: this.#expiry(group) } : ""];
  }

  #expiry(group: string): string {
    return new Date(Date.now() + (this.groups.get(group) ?? 0) * 1000).toISOString();
  }

  #store(method: string, sum: string, body: Buffer): [number, unknown] {
    if (method === "HEAD") return [this.files.has(sum) ? 200 : 404, ""];
    this.files.set(sum, body);
    return [201, ""];
  }

  #upload(body: Buffer): Record<string, string> {
    const head = body.indexOf("\r\n\r\n");
    const boundary = body.subarray(0, body.indexOf("\r\n")).toString();
    const name = /name="([^"]+)"/.exec(body.subarray(0, head).toString())?.[1] ?? "";
    const content = body.subarray(head + 4, body.lastIndexOf(`\r\n${boundary}--`));
    const id = createHash("sha256").update(content).digest("hex");
    this.files.set(id, content);
    return { [name]: id };
  }
}
