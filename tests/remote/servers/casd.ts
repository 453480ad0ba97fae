import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { runfile } from "../../../tools/lib/runfiles.ts";
import { startReapiProxy, type ReapiProxy } from "./reapi-proxy.ts";
import { startServer } from "./server-process.ts";

/** A gRPC cache that also executes: buildbox-casd behind a proxy. */
export interface Casd extends AsyncDisposable {
  /** For `--remote_cache=` and `--remote_executor=`. */
  url: string;
  proxy: ReapiProxy;
  /** Folder with the blobs: `cas/objects/HA/SH`. */
  store: string;
  /** What it printed. */
  log(): string;
  /** Kills the server, with whatever it executes. */
  kill(): Promise<void>;
}

/** Starts buildbox-casd over `store`. `quota` as it takes it, such as `2G`: above it, it forgets what was used least lately. */
export async function startCasd(store: string, options: { quota?: string; jobs?: number } = {}): Promise<Casd> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "icos-casd-"));
  const socket = path.join(folder, "casd.sock");
  fs.mkdirSync(store, { recursive: true });
  const args = [
    `--bind=unix:${socket}`,
    `--quota-high=${options.quota ?? "20G"}`,
    "--reserved=1M",
    `--jobs=${options.jobs ?? 2}`,
    `--buildbox-run=${runfile(process.env["BUILDBOX_RUN"] ?? "")}`,
    "--runner-arg=--staging-mode=copy-or-link",
    store,
  ];
  const server = await startServer(runfile(process.env["CASD"] ?? ""), args, socket);
  const proxy = await startReapiProxy(socket);
  const kill = async (): Promise<void> => {
    proxy.stop();
    await server.kill();
  };
  return {
    url: `grpc://127.0.0.1:${proxy.port}`,
    proxy,
    store,
    log: server.text,
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
