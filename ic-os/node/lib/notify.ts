import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Log } from "./log.ts";

/**
 * Tells systemd that the service works: sd_notify(3), READY=1. Does nothing outside of a unit with Type=notify.
 *
 * Node has no datagram sockets of the Unix kind, so systemd's own program sends the message; the unit needs NotifyAccess=all.
 */
export async function notifyReady(status: string, log: Log, program = "systemd-notify"): Promise<void> {
  if (process.env["NOTIFY_SOCKET"] === undefined) return;
  const child = spawn(program, ["--ready", `--status=${status}`], { stdio: ["ignore", "inherit", "inherit"] });
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    if (code !== 0) log.warning("systemd was not told that the service is ready", { program, code, signal });
  } catch (error) {
    log.warning("systemd was not told that the service is ready", { program, reason: (error as Error).message });
  }
}
