import { spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { runfile } from "../../tools/lib/runfiles.ts";
import { socketsFolder } from "../../tools/farm/server/state-folder.ts";
import { census } from "../../tools/farm/server/census.ts";
import { waitFor } from "../../tools/vm/wait-for.ts";

/** What the farm answered. */
export interface Answer {
  status: number;
  body: any;
  headers: Headers;
}

/** A farm server as a process of its own, as users start it; its QEMU is the stand-in unless told otherwise. */
export class FarmUnderTest {
  readonly stateDir: string;
  url = "";
  /** What the server says. */
  said = "";
  readonly #flags: readonly string[];
  #child: ChildProcess | undefined;
  #port = 0;

  constructor(flags: readonly string[] = [], options: { realQemu?: boolean; stateDir?: string } = {}) {
    this.stateDir = options.stateDir ?? fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "farm-"));
    // A round of the collector each tenth of a second, and nothing of a small test disk held back.
    const quick = { "--accelerator": "tcg", "--reserve-mib": "0", "--collect-every": "0.1", "--file-retention": "0" };
    const roomy = { "--max-memory-mib": "1000000", "--max-vcpus": "1000", "--group-memory-mib": "1000000", "--group-vcpus": "1000" };
    // The stand-in emulates nothing.
    const qemu = options.realQemu === true ? {} : { "--qemu": runfile(process.env["STAND_IN_QEMU"]!), "--vm-max-vcpus": "1024" };
    const own = Object.entries({ ...quick, ...roomy, ...qemu }).filter(([flag]) => !flags.includes(flag));
    this.#flags = [...own.flat(), ...flags];
  }

  /** Starts the server, on the port it had before. */
  async start(wrapper: readonly string[] = []): Promise<this> {
    const command = [...wrapper, runfile(process.env["FARM_SERVER"]!), ...(this.#flags.includes("--port") ? [] : ["--port", String(this.#port)]), "--state-dir", this.stateDir, ...this.#flags];
    const child = spawn(command[0]!, command.slice(1), { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    let url = "";
    child.stdout!.on("data", (data) => (url += String(data)));
    child.stderr!.on("data", (data) => (this.said += String(data)));
    const answering = (): string | undefined => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the server ended: ${child.exitCode ?? child.signalCode}\n${this.said}`);
      return url.endsWith("\n") ? url.trim() : undefined;
    };
    this.url = await waitFor("the server listens", answering, { seconds: 60, everyMs: 10, lastSeen: () => this.said });
    this.#port = Number(new URL(this.url).port);
    return this;
  }

  /** Ends the server and waits until it is gone. Its VMs run on. */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const gone = new Promise<number | null>((resolve) => child.once("close", resolve));
    child.kill(signal);
    return gone;
  }

  /** Removes all that a test left. */
  async cleanUp(): Promise<void> {
    await this.end("SIGKILL");
    for (const identity of this.processes()) process.kill(identity, "SIGKILL");
    fs.rmSync(this.sockets, { recursive: true, force: true });
    fs.rmSync(this.stateDir, { recursive: true, force: true });
  }

  /** One request; `body` is sent as JSON. */
  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.url}/${path}`, { method, headers: { "content-type": "application/json", accept: "application/json", ...headers }, ...json });
    const text = await response.text();
    const isJson = (response.headers.get("content-type") ?? "").startsWith("application/json");
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  }

  /** A request that has to succeed. */
  async must(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await this.ask(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Uploads bytes and gives the answer. */
  async upload(group: string, name: string, bytes: Uint8Array): Promise<Answer> {
    const form = new FormData();
    form.append(name, new Blob([new Uint8Array(bytes)]));
    const response = await fetch(`${this.url}/group/${group}/file`, { method: "POST", body: form });
    return { status: response.status, body: await response.json(), headers: response.headers };
  }

  /** Makes a group with a VM whose disk holds these bytes. */
  async vm(group: string, name: string, bytes: Uint8Array, more: object = {}, ttl = 600): Promise<any> {
    await this.must("POST", `group/${group}`, { ttl, spec: {} });
    const uploaded = await this.upload(group, "disk.img", bytes);
    if (uploaded.status !== 200) throw new Error(JSON.stringify(uploaded));
    return this.must("POST", `group/${group}/vm/${name}`, vmRequest({ _tag: "imageViaId", id: uploaded.body.imageIds["disk.img"] }, more));
  }

  /** Folder of the sockets of this farm's VMs. */
  get sockets(): string {
    return socketsFolder(this.stateDir, undefined);
  }

  /** Process ids of this farm's VMs. */
  processes(): number[] {
    return [...census(this.sockets).values()].flat().map((identity) => identity.pid);
  }

  /** Everything that groups can leave behind. */
  leftovers(): string[] {
    const list = (folder: string): string[] => (fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => path.join(folder, name)) : []);
    const folders = ["files", "images", "incoming", "vms"].flatMap((name) => list(path.join(this.stateDir, name)));
    return [...folders, ...list(this.sockets), ...this.processes().map((pid) => `process ${pid}`)];
  }

  /** Waits until nothing is left. */
  async waitForNothing(seconds = 30): Promise<void> {
    await waitFor("nothing is left", () => (this.leftovers().length === 0 ? true : undefined), { seconds, lastSeen: () => this.leftovers().join(" ") });
  }
}

/** A request for a small VM. */
export function vmRequest(primaryImage: object, more: object = {}): object {
  return { type: "test", vCPUs: 1, memoryKiB: 262144, primaryImage, ...more };
}

/** True when something listens on a port of 127.0.0.1. */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
