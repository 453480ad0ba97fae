import { decode, Tagged } from "cborg";
import { bundles, startService, type ServiceProcess } from "./service-process.ts";

/** The status of a replica, off the wire. */
export type Status = { root_key?: Uint8Array; impl_version: string; impl_hash: string; replica_health_status: string; certified_height: number };

/** A running replica and where it serves. */
export interface RunningReplica extends ServiceProcess {
  url: string;
  metricsUrl: string;
}

/** Starts a replica on free ports of loopback, and waits until it serves. */
export async function startReplica(config: string, stateDirectory: string, ...args: string[]): Promise<RunningReplica> {
  const service = startService(bundles.replica, ["--config", config, "--state-dir", stateDirectory, "--http", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--version", "v-test", ...args]);
  const serving = await service.line("serving");
  return { ...service, url: `http://${String(serving["http"])}`, metricsUrl: `http://${String(serving["metrics"])}/metrics` };
}

/** Asks a replica for its status. */
export async function readStatus(url: string): Promise<Status> {
  const answer = await fetch(`${url}/api/v2/status`);
  if (answer.headers.get("content-type") !== "application/cbor") throw new Error(`content type ${answer.headers.get("content-type")}`);
  const tagged = decode(new Uint8Array(await answer.arrayBuffer()), { tags: Tagged.preserve(55799) }) as Tagged;
  if (tagged.tag !== 55799) throw new Error("no self-described CBOR");
  return tagged.value as Status;
}

/** Waits until a condition on something that is read holds; what was read last stands in the message. */
export async function until<T>(read: () => Promise<T>, condition: (value: T) => boolean, milliseconds = 20_000): Promise<T> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const value = await read();
    if (condition(value)) return value;
    if (performance.now() > deadline) throw new Error(`not reached within ${milliseconds} ms: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
