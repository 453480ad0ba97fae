import { spawn, type ChildProcess } from "node:child_process";
import { formatListenAddress, type ListenAddress } from "../lib/address.ts";

/** How the orchestrator starts the replica. */
export interface ReplicaProcess {
  node: string;
  program: string;
  config: string;
  version: string;
  http: ListenAddress;
  metrics: ListenAddress;
  stateDirectory: string;
  /** Further arguments. */
  args: readonly string[];
}

/** Starts the replica as a child that ends with this process, however this process ends. */
export function startReplicaProcess(options: ReplicaProcess): ChildProcess {
  const args = [
    ["--config", options.config],
    ["--version", options.version],
    ["--http", formatListenAddress(options.http)],
    ["--metrics", formatListenAddress(options.metrics)],
    ["--state-dir", options.stateDirectory],
    ["--exit-with-parent"],
  ].flat();
  // systemd hears of the orchestrator alone: a message of the replica would speak for the whole unit.
  const { NOTIFY_SOCKET: _, ...environment } = process.env;
  return spawn(options.node, [options.program, ...args, ...options.args], { stdio: ["pipe", "inherit", "inherit"], env: environment });
}
