import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { ExitCode, Failure } from "../lib/failure.ts";
import type { Guardian } from "../vm/guardian.ts";
import { VirtualNetwork } from "../vm/network/virtual-network.ts";
import { identify, type ProcessIdentity } from "../vm/process-identity.ts";

/** Said by the network's process once every guest can connect. */
const READY = "ready\n";

/** Starts the process that is the network of a testnet's nodes. It runs on after this one; until then `guardian` ends it with us. */
export async function startNetworkProcess(folder: string, guests: readonly string[], guardian: Guardian): Promise<ProcessIdentity> {
  // A file for what it has to say: with our own stderr it would keep whoever reads that waiting for as long as the testnet lives.
  const log = path.join(folder, "network.log");
  const stderr = fs.openSync(log, "w", 0o600);
  const child = spawn(process.execPath, [process.argv[1]!, "network", folder, ...guests], { stdio: ["ignore", "pipe", stderr], detached: true, cwd: "/" });
  fs.closeSync(stderr);
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity !== undefined) guardian.guard(identity);
  const said = await new Promise<string>((resolve) => {
    child.once("error", () => resolve(""));
    child.once("exit", () => resolve(""));
    child.stdout!.once("data", (data) => resolve(String(data)));
  });
  child.stdout!.destroy();
  child.unref();
  if (identity !== undefined && said === READY) return identity;
  throw new Failure(`the network of the testnet did not start: ${fs.readFileSync(log, "utf8").trim() || "it said nothing"}`, { exitCode: ExitCode.host });
}

/** What the network's process does: it passes frames until it is told to end. */
export async function runNetwork(folder: string, guests: readonly string[]): Promise<void> {
  const network = new VirtualNetwork(folder);
  for (const guest of guests) await network.join(guest);
  const ended = new Promise((resolve) => process.once("SIGTERM", resolve));
  // The switch alone keeps no process alive.
  const alive = setInterval(() => undefined, 1 << 30);
  process.stdout.write(READY);
  await ended;
  clearInterval(alive);
  network.close();
}
