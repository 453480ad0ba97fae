import fs from "node:fs";
import path from "node:path";
import { Failure } from "../../lib/failure.ts";
import { log } from "../../lib/log.ts";
import { plainText } from "../../vm/console-log.ts";
import { stateFolder } from "../../launch/vm-registry.ts";
import { waitForHealthy } from "../../status/wait-for-healthy.ts";
import { BannerWatch } from "../../vm/banner-watch.ts";
import { GuestShell } from "../../vm/guest-shell.ts";
import { makeRuntimeFolder } from "../../vm/runtime-folder.ts";
import { waitFor } from "../../vm/wait-for.ts";
import type { FarmClient } from "../client/farm-client.ts";
import type { RemoteTools } from "./description.ts";
import type { Endpoint } from "./endpoints.ts";

/** Who logs in where, to see whether that works. */
export interface Login {
  vm: string;
  endpoint: Endpoint;
  user: string;
  key: string;
  tools: RemoteTools;
}

/** Waits until a login over SSH works. */
export async function waitForLogin(login: Login, seconds: number, signal: AbortSignal): Promise<void> {
  const { vm, endpoint, user, key, tools } = login;
  const folder = makeRuntimeFolder();
  const shell = new GuestShell(vm, tools, { ...endpoint, user, key, controlPath: path.join(folder, "control") });
  const server = new BannerWatch(endpoint.port, endpoint.host);
  let seen = "no SSH banner";
  const look = async (): Promise<true | undefined> => {
    if (!server.hasSpoken()) return undefined;
    try {
      await shell.exec("true", { seconds: Math.min(seconds, 60) });
      return true;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      seen = error.message;
      return undefined;
    }
  };
  try {
    await waitFor(`${vm}: SSH login at ${endpoint.host} port ${endpoint.port}`, look, { seconds, everyMs: 250, lastSeen: () => seen, signal });
  } finally {
    server.close();
    await shell.disconnect();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits until the node says that it is healthy, and works. */
export async function waitForNode(api: string, seconds: number, signal: AbortSignal): Promise<void> {
  const status = await waitForHealthy(api, seconds, signal);
  log(`node    ${status.health} at height ${status.certifiedHeight}, version ${status.version ?? "not said"}`);
}

/** Keeps what a VM wrote on its console, where the farm tells, and adds its last lines to a failure: it is all that says why a guest did not come up. */
export async function withConsole(farm: FarmClient, group: string, vm: string, failure: Failure): Promise<Failure> {
  const log = await farm.consoleLog(group, vm).then((bytes) => bytes.toString("utf8"), () => "");
  const lines = plainText(log).split("\n").map((line) => line.trim()).filter((line) => line !== "");
  if (lines.length === 0) return failure;
  const kept = path.join(stateFolder(), "failed", `${group}.console.log`);
  fs.mkdirSync(path.dirname(kept), { recursive: true, mode: 0o700 });
  fs.writeFileSync(kept, log, { mode: 0o600 });
  const last = lines.slice(-3).map((line) => JSON.stringify(line)).join(" ");
  return new Failure(`${failure.message}; last console lines: ${last}\n  Console: ${kept}`, {
    exitCode: failure.exitCode,
    cause: failure,
    ...(failure.hint === undefined ? {} : { hint: failure.hint }),
  });
}
