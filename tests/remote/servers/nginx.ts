import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { runfile } from "../../../tools/lib/runfiles.ts";
import { startServer } from "./server-process.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

/** An HTTP cache: nginx behind a proxy that counts and fails on demand. */
export interface NginxCache extends AsyncDisposable {
  /** For `--remote_cache=`. */
  url: string;
  proxy: TcpProxy;
  /** Folder with the blobs: `cas/HASH` and `ac/HASH`. */
  store: string;
  /** What nginx wrote into its error log. */
  log(): string;
  /** Kills the server. */
  kill(): Promise<void>;
}

/** Starts nginx over `store`. With `storeBytes` the store is a file system of its own of that size, empty, so that it really fills up. */
export async function startNginx(store: string, options: { storeBytes?: number } = {}): Promise<NginxCache> {
  // A Unix socket's path must be short: unix(7), sun_path.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "icos-nginx-"));
  const socket = path.join(folder, "nginx.sock");
  fs.mkdirSync(store, { recursive: true });
  fs.writeFileSync(path.join(folder, "nginx.conf"), configuration(folder, socket, store));
  const nginx = runfile(process.env["NGINX_PROGRAM"] ?? "");
  const command = [nginx, "-p", folder, "-c", "nginx.conf", "-e", path.join(folder, "error.log")];
  if (options.storeBytes !== undefined) command.unshift(...onOwnFileSystem(store, options.storeBytes));
  const [program = "", ...args] = command;
  const server = await startServer(program, args, socket);
  const proxy = await startTcpProxy(socket);
  const kill = async (): Promise<void> => {
    proxy.stop();
    await server.kill();
  };
  return {
    url: `http://127.0.0.1:${proxy.port}`,
    proxy,
    store,
    log: () => fs.readFileSync(path.join(folder, "error.log"), "utf8"),
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The part that matters, for a server of one's own, is `location`; see docs/remote-cache.md. */
function configuration(folder: string, socket: string, store: string): string {
  return `daemon off;
master_process off;
user root root;
pid ${folder}/pid;
events { worker_connections 512; }
http {
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${store}/tmp-${kind};`).join("\n  ")}
  server {
    listen unix:${socket};
    root ${store};
    client_max_body_size 0;
    location ~ "^/(ac|cas)/[0-9a-f]{64}$" {
      dav_methods PUT;
      create_full_put_path on;
    }
    location / { return 404; }
  }
}
`;
}

/** Words before a command that give it a small file system of its own at `folder`, as an unprivileged user can. */
function onOwnFileSystem(folder: string, bytes: number): string[] {
  const busybox = runfile(process.env["BUSYBOX"] ?? "");
  const script = `"$1" mount -t tmpfs -o size=${bytes} tmpfs "$2" && shift 2 && exec "$@"`;
  return [busybox, "unshare", "-m", "-r", "sh", "-ec", script, "sh", busybox, folder];
}
